// The company's file storage: an S3 server on one file. It checks the access key that a request names, not its signature.
package main

import (
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3bolt"
)

func main() {
	accessKey := os.Getenv("S3_ACCESS_KEY")
	if accessKey == "" {
		log.Fatal("S3_ACCESS_KEY is not set")
	}
	backend, err := s3bolt.NewFile("/data/files.db")
	if err != nil {
		log.Fatalf("/data/files.db: %v", err)
	}
	s3 := gofakes3.New(backend).Server()
	server := &http.Server{Addr: ":9000", ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Authorization"), "Credential="+accessKey+"/") {
				http.Error(w, "access denied", http.StatusForbidden)
				return
			}
			s3.ServeHTTP(w, r)
		})}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-stop
		server.Close()
	}()
	log.Print("listening on :9000")
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}
