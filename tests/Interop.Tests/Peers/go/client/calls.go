package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"reflect"
	"time"

	pb "grpc/testing"
	"interop/peers"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/status"
)

const callTimeout = time.Minute

var (
	yes        = &pb.BoolValue{Value: true}
	no         = &pb.BoolValue{Value: false}
	compressed = grpc.UseCompressor(gzip.Name)
)

// One case's channel. What its calls have in common ends with it.
type session struct {
	pb.TestServiceClient
	channel *grpc.ClientConn
	port    int
	ctx     context.Context
	cancel  context.CancelFunc
}

func connect(port int) (*session, error) {
	security := grpc.WithInsecure()
	if *tls != "" {
		credential, err := credentials.NewClientTLSFromFile(*tls, "")
		if err != nil {
			return nil, err
		}
		security = grpc.WithTransportCredentials(credential)
	}
	target := fmt.Sprintf("%s:%d", *host, port)
	channel, err := grpc.Dial(target, security, grpc.WithStatsHandler(peers.Watcher{}))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	return &session{pb.NewTestServiceClient(channel), channel, port, ctx, cancel}, nil
}

func (s *session) close() {
	s.cancel()
	s.channel.Close()
}

func (s *session) largeUnary(ctx context.Context, request *pb.SimpleRequest, options ...grpc.CallOption) error {
	request.ResponseSize = peers.LargeResponse
	request.Payload = peers.Zeros(peers.LargeRequest)
	response, err := s.UnaryCall(ctx, request, options...)
	if err != nil {
		return err
	}
	return expectZeros(response.Payload, peers.LargeResponse)
}

func ask(responseSize int32, requestSize int) *pb.StreamingOutputCallRequest {
	return &pb.StreamingOutputCallRequest{
		ResponseParameters: []*pb.ResponseParameters{{Size: responseSize}},
		Payload:            peers.Zeros(requestSize),
	}
}

// A stream of responses.
type responses interface {
	Recv() (*pb.StreamingOutputCallResponse, error)
}

func expectResponse(stream responses, size int32) error {
	response, err := stream.Recv()
	if err != nil {
		return fmt.Errorf("instead of a response of %d bytes: %w", size, err)
	}
	return expectZeros(response.Payload, size)
}

// The responses that are left, and then the end.
func expectRest(stream responses, sizes ...int32) error {
	for _, size := range sizes {
		if err := expectResponse(stream, size); err != nil {
			return err
		}
	}
	if response, err := stream.Recv(); err != io.EOF {
		size := len(response.GetPayload().GetBody())
		return fmt.Errorf("the responses don't end: a payload of %d bytes, error %v", size, err)
	}
	return nil
}

func expect(actual, expected any, what string) error {
	if !reflect.DeepEqual(actual, expected) {
		return fmt.Errorf("%s is %#v; expected %#v", what, actual, expected)
	}
	return nil
}

func expectZeros(payload *pb.Payload, size int32) error {
	if err := expect(len(payload.GetBody()), int(size), "the payload's size"); err != nil {
		return err
	}
	if !bytes.Equal(payload.GetBody(), make([]byte, size)) {
		return fmt.Errorf("a payload of %d bytes has others than zeros", size)
	}
	return nil
}

func expectCode(err error, code codes.Code) error {
	if actual := status.Code(err); actual != code {
		return fmt.Errorf("the status is %v (%v); expected %v", actual, err, code)
	}
	return nil
}

func expectStatus(err error, code codes.Code, message string) error {
	if wrong := expectCode(err, code); wrong != nil {
		return wrong
	}
	return expect(status.Convert(err).Message(), message, "the status message")
}
