package main

import (
	"context"
	"io"
	"time"

	pb "grpc/testing"
	"interop/peers"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// What isn't implemented here is answered with UNIMPLEMENTED.
type service struct {
	pb.UnimplementedTestServiceServer
}

func (*service) EmptyCall(ctx context.Context, _ *pb.Empty) (*pb.Empty, error) {
	return &pb.Empty{}, echoMetadata(ctx)
}

func (*service) UnaryCall(ctx context.Context, request *pb.SimpleRequest) (*pb.SimpleResponse, error) {
	if err := echoMetadata(ctx); err != nil {
		return nil, err
	}
	if err := checkCompression(ctx, request.ExpectCompressed); err != nil {
		return nil, err
	}
	if err := echoStatus(request.ResponseStatus); err != nil {
		return nil, err
	}
	return &pb.SimpleResponse{Payload: peers.Zeros(int(request.ResponseSize))}, nil
}

func (*service) StreamingOutputCall(
	request *pb.StreamingOutputCallRequest, stream pb.TestService_StreamingOutputCallServer,
) error {
	if err := echoMetadata(stream.Context()); err != nil {
		return err
	}
	return answer(request, stream.Send)
}

func (*service) StreamingInputCall(stream pb.TestService_StreamingInputCallServer) error {
	if err := echoMetadata(stream.Context()); err != nil {
		return err
	}
	size := 0
	for {
		request, err := stream.Recv()
		if err == io.EOF {
			return stream.SendAndClose(&pb.StreamingInputCallResponse{AggregatedPayloadSize: int32(size)})
		}
		if err != nil {
			return err
		}
		if err := checkCompression(stream.Context(), request.ExpectCompressed); err != nil {
			return err
		}
		size += len(request.GetPayload().GetBody())
	}
}

func (*service) FullDuplexCall(stream pb.TestService_FullDuplexCallServer) error {
	if err := echoMetadata(stream.Context()); err != nil {
		return err
	}
	for {
		request, err := stream.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := answer(request, stream.Send); err != nil {
			return err
		}
	}
}

func answer(request *pb.StreamingOutputCallRequest, send func(*pb.StreamingOutputCallResponse) error) error {
	if err := echoStatus(request.ResponseStatus); err != nil {
		return err
	}
	for _, asked := range request.ResponseParameters {
		time.Sleep(time.Duration(asked.IntervalUs) * time.Microsecond)
		if err := send(&pb.StreamingOutputCallResponse{Payload: peers.Zeros(int(asked.Size))}); err != nil {
			return err
		}
	}
	return nil
}

func echoMetadata(ctx context.Context) error {
	incoming, _ := metadata.FromIncomingContext(ctx)
	if values := incoming.Get(peers.TrailingKey); len(values) > 0 {
		if err := grpc.SetTrailer(ctx, metadata.Pairs(peers.TrailingKey, values[0])); err != nil {
			return err
		}
	}
	if values := incoming.Get(peers.InitialKey); len(values) > 0 {
		return grpc.SendHeader(ctx, metadata.Pairs(peers.InitialKey, values[0]))
	}
	return nil
}

func echoStatus(asked *pb.EchoStatus) error {
	// nil for code 0.
	return status.Error(codes.Code(asked.GetCode()), asked.GetMessage())
}

func checkCompression(ctx context.Context, expected *pb.BoolValue) error {
	compressed := peers.ReceivedBy(ctx).Last()
	if expected != nil && expected.Value != compressed {
		return status.Errorf(
			codes.InvalidArgument, "expect_compressed is %t, but whether the message is: %t", expected.Value, compressed)
	}
	return nil
}
