// The server of gRPC's published interop test on the official Go library.
//
//	server --port 10000 [--host 127.0.0.1] [--tls CERT KEY]
//
// Prints its port and serves until its standard input ends. The library compresses a response when the request was
// compressed and can't be told otherwise, so response_compressed is ignored.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"

	pb "grpc/testing"
	"interop/peers"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	_ "google.golang.org/grpc/encoding/gzip"
)

func main() {
	host := flag.String("host", "127.0.0.1", "the IP address to listen on")
	port := flag.Int("port", 0, "0 picks a free one")
	tls := flag.String("tls", "", "CERT KEY: serve over TLS with these PEM files; the last flag")
	flag.Parse()

	options := []grpc.ServerOption{grpc.StatsHandler(peers.Watcher{})}
	if *tls != "" {
		credential, err := credentials.NewServerTLSFromFile(*tls, flag.Arg(0))
		if err != nil {
			log.Fatal(err)
		}
		options = append(options, grpc.Creds(credential))
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", *host, *port))
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(options...)
	pb.RegisterTestServiceServer(server, &service{})
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		server.Stop()
	}()
	if err := server.Serve(listener); err != nil {
		log.Fatal(err)
	}
}
