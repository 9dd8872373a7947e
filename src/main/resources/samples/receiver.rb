# Ruby 3 or later, with the gem webrick. WEBHOOK_SECRET=whsec_… ruby receiver.rb
require "json"
require "openssl"
require "webrick"

SECRET = ENV.fetch("WEBHOOK_SECRET")

def from_nexadesk?(body, request)
  expected = "sha256=" + OpenSSL::HMAC.hexdigest("SHA256", SECRET, body)
  # The second header is present during a secret rotation.
  [request["X-NexaDesk-Signature"], request["X-NexaDesk-Signature-Next"]].compact.any? do |signature|
    OpenSSL.secure_compare(signature, expected)
  end
end

server = WEBrick::HTTPServer.new(Port: Integer(ENV.fetch("PORT", "3000")))
server.mount_proc("/") do |request, response|
  body = request.body.to_s # the raw bytes: verify them before parsing
  if from_nexadesk?(body, request)
    response.status = 200
    # Queue the work, once for each ID, and respond immediately.
    event = JSON.parse(body)
    puts "#{request["X-NexaDesk-Event-Id"]} #{event["event"]}"
  else
    response.status = 401
  end
end
trap("INT") { server.shutdown }
server.start
