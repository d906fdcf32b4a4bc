package main

import (
	"context"

	pb "grpc/testing"
	"interop/peers"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
)

func clientCompressedUnary(s *session) error {
	request := &pb.SimpleRequest{ExpectCompressed: yes}
	if err := expectCode(s.largeUnary(s.ctx, request), codes.InvalidArgument); err != nil {
		return err
	}
	if err := s.largeUnary(s.ctx, request, compressed); err != nil {
		return err
	}
	return s.largeUnary(s.ctx, &pb.SimpleRequest{ExpectCompressed: no})
}

func clientCompressedStreaming(s *session) error {
	first := &pb.StreamingInputCallRequest{Payload: peers.Zeros(27182), ExpectCompressed: yes}
	second := &pb.StreamingInputCallRequest{Payload: peers.Zeros(45904), ExpectCompressed: no}
	probe, err := s.StreamingInputCall(s.ctx)
	if err != nil {
		return err
	}
	// A call compresses all of its messages or none. But a message may be sent as another call would encode it: the
	// second as the probe, which isn't compressed.
	var plain grpc.PreparedMsg
	if err := plain.Encode(probe, second); err != nil {
		return err
	}
	if err := probe.Send(first); err != nil {
		return err
	}
	_, err = probe.CloseAndRecv()
	if wrong := expectCode(err, codes.InvalidArgument); wrong != nil {
		return wrong
	}

	stream, err := s.StreamingInputCall(s.ctx, compressed)
	if err != nil {
		return err
	}
	if err := stream.Send(first); err != nil {
		return err
	}
	if err := stream.SendMsg(&plain); err != nil {
		return err
	}
	return expectSum(stream, 73086)
}

// The library tells a server that it takes gzip only in calls that it compresses itself.
func acceptGzip(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "grpc-accept-encoding", gzip.Name)
}

func serverCompressedUnary(s *session) error {
	for _, asked := range []*pb.BoolValue{yes, no} {
		ctx, received := peers.WithReceived(acceptGzip(s.ctx))
		if err := s.largeUnary(ctx, &pb.SimpleRequest{ResponseCompressed: asked}); err != nil {
			return err
		}
		if err := expect(received.All(), []bool{asked.Value}, "whether the response is compressed"); err != nil {
			return err
		}
	}
	return nil
}

func serverCompressedStreaming(s *session) error {
	ctx, received := peers.WithReceived(acceptGzip(s.ctx))
	stream, err := s.StreamingOutputCall(ctx, &pb.StreamingOutputCallRequest{
		ResponseParameters: []*pb.ResponseParameters{{Size: 31415, Compressed: yes}, {Size: 92653, Compressed: no}},
	})
	if err != nil {
		return err
	}
	if err := expectRest(stream, 31415, 92653); err != nil {
		return err
	}
	return expect(received.All(), []bool{true, false}, "which responses are compressed")
}
