// Calls the API with a client made by oapi-codegen: calls http://localhost:8080, or with "later" behind it.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"
)

func check(ok bool, what string, body []byte) {
	if !ok {
		fmt.Println(what, string(body))
		os.Exit(1)
	}
}

func client(token string) *ClientWithResponses {
	bearer := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
	made, err := NewClientWithResponses(os.Args[1], WithRequestEditorFn(bearer))
	must(err)
	return made
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func event(name string, since time.Time) PublishedEvent {
	return PublishedEvent{Event: "lead.created", WorkspaceId: os.Getenv("WORKSPACE"), Data: map[string]interface{}{
		"id": name, "visitor_name": name, "pipeline_stage": "new", "created_at": since, "tags": []interface{}{"a", map[string]interface{}{"b": nil}}}}
}

func pointer[T any](value T) *T { return &value }

func main() {
	ctx := context.Background()
	api, publisher := client(os.Getenv("API_KEY")), client(os.Getenv("PUBLISHER_TOKEN"))
	later := len(os.Args) > 2
	since := time.Now().UTC().Add(-time.Hour)

	secret := "secret"
	created, err := api.CreateWebhookWithResponse(ctx, nil, CreateWebhookRequest{
		Url:     os.Getenv("RECEIVER") + "/go",
		Events:  []string{"lead.*"},
		Headers: &map[string]*string{"X-Api-Key": &secret},
		Conditions: &ConditionsRequest{Match: pointer("all"), Rules: &[]ConditionRequest{
			{Field: "pipeline_stage", Operator: IsOneOf, Value: []string{"new", "won"}}}},
	})
	must(err)
	check(created.JSON201 != nil && created.JSON201.Data.Headers[0] == "X-Api-Key", "create", created.Body)
	id := created.JSON201.Data.Id

	one, err := publisher.PublishEventsWithResponse(ctx, nil, PublishRequest{event("one", since)})
	must(err)
	check(one.JSON202 != nil && one.JSON202.Data.Accepted == 1, "publish one", one.Body)
	many, err := publisher.PublishEventsWithResponse(ctx, nil, PublishRequest{event("two", since), event("three", since)})
	must(err)
	check(many.JSON202 != nil && many.JSON202.Data.Accepted == 2, "publish two", many.Body)

	var found *ListWebhookDeliveriesResponse
	for i := 0; i < 50; i++ {
		found, err = api.ListWebhookDeliveriesWithResponse(ctx, id, &ListWebhookDeliveriesParams{
			Status:     &[]DeliveryStatus{"delivered", "failed"},
			Event:      &[]string{"lead.created", "lead.updated"},
			StatusCode: &[]string{"200", "5xx"},
			Since:      &since,
			Limit:      pointer(10),
		})
		must(err)
		check(found.JSON200 != nil, "list", found.Body)
		if len(found.JSON200.Data) == 3 {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	check(len(found.JSON200.Data) == 3, "list three", found.Body)
	expected := map[bool]string{true: "added_later", false: "delivered"}[later]
	check(found.JSON200.Data[0].Status == expected, "status", found.Body)

	deliveryId := found.JSON200.Data[0].Id
	delivery, err := api.GetDeliveryWithResponse(ctx, id, deliveryId)
	must(err)
	check(delivery.JSON200 != nil && *delivery.JSON200.Data.Attempts[0].StatusCode == 200, "delivery", delivery.Body)
	retried, err := api.RetryDeliveryWithResponse(ctx, id, deliveryId, &RetryDeliveryParams{IdempotencyKey: &deliveryId})
	must(err)
	check(retried.JSON202 != nil && retried.JSON202.Data.DeliveryId == deliveryId, "retry", retried.Body)

	got, err := api.GetWebhookWithResponse(ctx, id)
	must(err)
	match := &UpdateWebhookParams{IfMatch: pointer(got.HTTPResponse.Header.Get("ETag"))}
	change := UpdateWebhookRequest{Description: pointer("Changed"), MaxPerSecond: pointer(100)}
	changed, err := api.UpdateWebhookWithResponse(ctx, id, match, change)
	must(err)
	check(changed.JSON200 != nil && *changed.JSON200.Data.MaxPerSecond == 100, "change", changed.Body)
	stale, err := api.UpdateWebhookWithResponse(ctx, id, match, change)
	must(err)
	check(stale.JSON412 != nil && stale.JSON412.Error != "", "stale", stale.Body)

	wrong, err := api.CreateWebhookWithResponse(ctx, nil, CreateWebhookRequest{Url: "no url", Events: []string{"lead.creatd"}})
	must(err)
	expected = map[bool]string{true: "added_later", false: "validation_failed"}[later]
	check(wrong.JSON400 != nil && wrong.JSON400.Code == expected && (*wrong.JSON400.Fields)["url"] != nil, "error", wrong.Body)
	missing, err := api.GetWebhookWithResponse(ctx, "wh_none")
	must(err)
	check(missing.JSON404 != nil, "missing", missing.Body)

	left, err := api.RecoverWithResponse(ctx, id, nil, RecoveryRequest{Since: since, DryRun: pointer(true)})
	must(err)
	check(left.JSON200 != nil && *left.JSON200.Data.Missed == 0, "count", left.Body)
	job, err := api.RecoverWithResponse(ctx, id, nil, RecoveryRequest{Since: since})
	must(err)
	check(job.JSON202 != nil && job.JSON202.Data.Job.Id != "", "recover", job.Body)
	deleted, err := api.DeleteWebhookWithResponse(ctx, id, nil)
	must(err)
	check(deleted.JSON200 != nil, "delete", deleted.Body)
}
