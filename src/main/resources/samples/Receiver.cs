// .NET 8 or later, as Program.cs of "dotnet new web". WEBHOOK_SECRET=whsec_… dotnet run
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

var secret = Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable("WEBHOOK_SECRET")!);
var port = Environment.GetEnvironmentVariable("PORT") ?? "3000";
var app = WebApplication.CreateBuilder(args).Build();

bool IsFromNexaDesk(byte[] body, IHeaderDictionary headers)
{
    var expected = Encoding.UTF8.GetBytes(
        "sha256=" + Convert.ToHexString(HMACSHA256.HashData(secret, body)).ToLowerInvariant());
    // The second header is present during a secret rotation.
    return new[] { "X-NexaDesk-Signature", "X-NexaDesk-Signature-Next" }
        .Select(name => Encoding.UTF8.GetBytes(headers[name].ToString()))
        .Any(signature => CryptographicOperations.FixedTimeEquals(signature, expected));
}

app.MapPost("/{**path}", async (HttpRequest request) =>
{
    using var buffer = new MemoryStream();
    await request.Body.CopyToAsync(buffer);
    var body = buffer.ToArray(); // the raw bytes: verify them before parsing
    if (!IsFromNexaDesk(body, request.Headers))
    {
        return Results.Unauthorized();
    }
    // Queue the work, once for each ID, and respond immediately.
    using var received = JsonDocument.Parse(body);
    Console.WriteLine($"{request.Headers["X-NexaDesk-Event-Id"]} {received.RootElement.GetProperty("event")}");
    return Results.Ok();
});

app.Run($"http://localhost:{port}");
