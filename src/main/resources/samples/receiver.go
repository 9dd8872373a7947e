// Go 1.18 or later. WEBHOOK_SECRET=whsec_… go run receiver.go
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

var secret = []byte(os.Getenv("WEBHOOK_SECRET"))

func isFromNexaDesk(body []byte, headers http.Header) bool {
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	expected := []byte("sha256=" + hex.EncodeToString(mac.Sum(nil)))
	// The second header is present during a secret rotation.
	return hmac.Equal([]byte(headers.Get("X-NexaDesk-Signature")), expected) ||
		hmac.Equal([]byte(headers.Get("X-NexaDesk-Signature-Next")), expected)
}

func receive(response http.ResponseWriter, request *http.Request) {
	// The raw bytes: verify them before parsing.
	body, err := io.ReadAll(request.Body)
	if err != nil || !isFromNexaDesk(body, request.Header) {
		response.WriteHeader(http.StatusUnauthorized)
		return
	}
	response.WriteHeader(http.StatusOK)
	// Do the work after responding, and only once for each ID.
	id := request.Header.Get("X-NexaDesk-Event-Id")
	go func() {
		var event struct{ Event string }
		if json.Unmarshal(body, &event) == nil {
			fmt.Println(id, event.Event)
		}
	}()
}

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	http.HandleFunc("/", receive)
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
