package main

import (
	"context"
	"fmt"
	"time"

	pb "grpc/testing"
	"interop/peers"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
)

const (
	statusMessage        = "test status message"
	specialStatusMessage = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
)

var cases = []struct {
	name string
	run  func(*session) error
}{
	{"empty_unary", emptyUnary},
	{"large_unary", largeUnary},
	{"client_streaming", clientStreaming},
	{"server_streaming", serverStreaming},
	{"ping_pong", pingPong},
	{"empty_stream", emptyStream},
	{"client_compressed_unary", clientCompressedUnary},
	{"client_compressed_streaming", clientCompressedStreaming},
	{"server_compressed_unary", serverCompressedUnary},
	{"server_compressed_streaming", serverCompressedStreaming},
	{"cancel_after_begin", cancelAfterBegin},
	{"cancel_after_first_response", cancelAfterFirstResponse},
	{"timeout_on_sleeping_server", timeoutOnSleepingServer},
	{"custom_metadata", customMetadata},
	{"status_code_and_message", statusCodeAndMessage},
	{"special_status_message", specialStatus},
	{"unimplemented_method", unimplementedMethod},
	{"unimplemented_service", unimplementedService},
	{"rpc_soak", rpcSoak},
	{"channel_soak", channelSoak},
}

func find(name string) (func(*session) error, bool) {
	for _, one := range cases {
		if one.name == name {
			return one.run, true
		}
	}
	return nil, false
}

func emptyUnary(s *session) error {
	response, err := s.EmptyCall(s.ctx, &pb.Empty{})
	if err != nil {
		return err
	}
	return expect(response.String(), (&pb.Empty{}).String(), "the response")
}

func largeUnary(s *session) error {
	return s.largeUnary(s.ctx, &pb.SimpleRequest{})
}

func clientStreaming(s *session) error {
	stream, err := s.StreamingInputCall(s.ctx)
	if err != nil {
		return err
	}
	for _, size := range peers.RequestSizes {
		if err := stream.Send(&pb.StreamingInputCallRequest{Payload: peers.Zeros(size)}); err != nil {
			return err
		}
	}
	return expectSum(stream, 74922)
}

func expectSum(stream pb.TestService_StreamingInputCallClient, size int32) error {
	response, err := stream.CloseAndRecv()
	if err != nil {
		return err
	}
	return expect(response.AggregatedPayloadSize, size, "the aggregated payload size")
}

func serverStreaming(s *session) error {
	request := &pb.StreamingOutputCallRequest{}
	for _, size := range peers.ResponseSizes {
		request.ResponseParameters = append(request.ResponseParameters, &pb.ResponseParameters{Size: size})
	}
	stream, err := s.StreamingOutputCall(s.ctx, request)
	if err != nil {
		return err
	}
	return expectRest(stream, peers.ResponseSizes...)
}

func pingPong(s *session) error {
	stream, err := s.FullDuplexCall(s.ctx)
	if err != nil {
		return err
	}
	for i, size := range peers.ResponseSizes {
		if err := stream.Send(ask(size, peers.RequestSizes[i])); err != nil {
			return err
		}
		if err := expectResponse(stream, size); err != nil {
			return err
		}
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	return expectRest(stream)
}

func emptyStream(s *session) error {
	stream, err := s.FullDuplexCall(s.ctx)
	if err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	return expectRest(stream)
}

func cancelAfterBegin(s *session) error {
	ctx, cancel := context.WithCancel(s.ctx)
	stream, err := s.StreamingInputCall(ctx)
	if err != nil {
		return err
	}
	cancel()
	_, err = stream.CloseAndRecv()
	return expectCode(err, codes.Canceled)
}

func cancelAfterFirstResponse(s *session) error {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	stream, err := s.FullDuplexCall(ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(ask(31415, 27182)); err != nil {
		return err
	}
	if err := expectResponse(stream, 31415); err != nil {
		return err
	}
	cancel()
	_, err = stream.Recv()
	return expectCode(err, codes.Canceled)
}

func timeoutOnSleepingServer(s *session) error {
	ctx, cancel := context.WithTimeout(s.ctx, time.Millisecond)
	defer cancel()
	stream, err := s.FullDuplexCall(ctx)
	if err != nil {
		return expectCode(err, codes.DeadlineExceeded)
	}
	// Where the call has ended already, Recv says why.
	_ = stream.Send(&pb.StreamingOutputCallRequest{Payload: peers.Zeros(27182)})
	_, err = stream.Recv()
	return expectCode(err, codes.DeadlineExceeded)
}

func customMetadata(s *session) error {
	ctx := metadata.AppendToOutgoingContext(
		s.ctx, peers.InitialKey, "test_initial_metadata_value", peers.TrailingKey, "\xab\xab\xab")
	var headers, trailers metadata.MD
	if err := s.largeUnary(ctx, &pb.SimpleRequest{}, grpc.Header(&headers), grpc.Trailer(&trailers)); err != nil {
		return err
	}
	if err := expectEchoes(headers, trailers); err != nil {
		return err
	}
	stream, err := s.FullDuplexCall(ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(ask(peers.LargeResponse, peers.LargeRequest)); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	if err := expectRest(stream, peers.LargeResponse); err != nil {
		return err
	}
	if headers, err = stream.Header(); err != nil {
		return err
	}
	return expectEchoes(headers, stream.Trailer())
}

func expectEchoes(headers, trailers metadata.MD) error {
	if err := expect(headers.Get(peers.InitialKey), []string{"test_initial_metadata_value"}, "the header"); err != nil {
		return err
	}
	return expect(trailers.Get(peers.TrailingKey), []string{"\xab\xab\xab"}, "the trailer")
}

func statusCodeAndMessage(s *session) error {
	asked := &pb.EchoStatus{Code: int32(codes.Unknown), Message: statusMessage}
	_, err := s.UnaryCall(s.ctx, &pb.SimpleRequest{ResponseStatus: asked})
	if wrong := expectStatus(err, codes.Unknown, statusMessage); wrong != nil {
		return wrong
	}
	stream, err := s.FullDuplexCall(s.ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(&pb.StreamingOutputCallRequest{ResponseStatus: asked}); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	_, err = stream.Recv()
	return expectStatus(err, codes.Unknown, statusMessage)
}

func specialStatus(s *session) error {
	asked := &pb.EchoStatus{Code: int32(codes.Unknown), Message: specialStatusMessage}
	_, err := s.UnaryCall(s.ctx, &pb.SimpleRequest{ResponseStatus: asked})
	return expectStatus(err, codes.Unknown, specialStatusMessage)
}

func unimplementedMethod(s *session) error {
	_, err := s.UnimplementedCall(s.ctx, &pb.Empty{})
	return expectCode(err, codes.Unimplemented)
}

func unimplementedService(s *session) error {
	_, err := pb.NewUnimplementedServiceClient(s.channel).UnimplementedCall(s.ctx, &pb.Empty{})
	return expectCode(err, codes.Unimplemented)
}

func rpcSoak(s *session) error {
	return soak(func() error { return s.largeUnary(s.ctx, &pb.SimpleRequest{}) })
}

func channelSoak(s *session) error {
	return soak(func() error {
		fresh, err := connect(s.port)
		if err != nil {
			return err
		}
		defer fresh.close()
		return fresh.largeUnary(fresh.ctx, &pb.SimpleRequest{})
	})
}

func soak(call func() error) error {
	limit := time.Duration(*soakMaxLatencyMs) * time.Millisecond
	for i := 0; i < *soakIterations; i++ {
		begin := time.Now()
		if err := call(); err != nil {
			return fmt.Errorf("call %d: %w", i, err)
		}
		if latency := time.Since(begin); latency > limit {
			return fmt.Errorf("call %d took %v; at most %v are allowed", i, latency, limit)
		}
	}
	return nil
}
