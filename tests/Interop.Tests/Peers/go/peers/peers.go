// Package peers holds what the interop client and server share: published sizes and names, and an eye for compression.
package peers

import (
	"context"
	"sync"

	pb "grpc/testing"

	"google.golang.org/grpc/stats"
)

const (
	LargeRequest  = 271828
	LargeResponse = 314159

	InitialKey  = "x-grpc-test-echo-initial"
	TrailingKey = "x-grpc-test-echo-trailing-bin"
)

var (
	RequestSizes  = []int{27182, 8, 1828, 45904}
	ResponseSizes = []int32{31415, 9, 2653, 58979}
)

// Zeros makes a payload of zeros.
func Zeros(size int) *pb.Payload {
	return &pb.Payload{Body: make([]byte, size)}
}

// Received tells which messages of a call came compressed.
type Received struct {
	mutex      sync.Mutex
	compressed []bool
}

type receivedKey struct{}

// WithReceived makes a client's call keep track in the Received that it returns.
func WithReceived(ctx context.Context) (context.Context, *Received) {
	received := &Received{}
	return context.WithValue(ctx, receivedKey{}, received), received
}

// ReceivedBy is the Received of a call that a server answers.
func ReceivedBy(ctx context.Context) *Received {
	return ctx.Value(receivedKey{}).(*Received)
}

// All tells it of every message so far, in their order.
func (r *Received) All() []bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return append([]bool(nil), r.compressed...)
}

// Last tells it of the last message.
func (r *Received) Last() bool {
	all := r.All()
	return all[len(all)-1]
}

// Watcher is the stats.Handler that fills in every call's Received.
type Watcher struct{}

// A message's prefix, which counts as part of it on the wire.
const prefixLength = 5

func (Watcher) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
	if _, given := ctx.Value(receivedKey{}).(*Received); given {
		return ctx
	}
	tagged, _ := WithReceived(ctx)
	return tagged
}

func (Watcher) HandleRPC(ctx context.Context, event stats.RPCStats) {
	if message, ok := event.(*stats.InPayload); ok {
		received := ReceivedBy(ctx)
		received.mutex.Lock()
		defer received.mutex.Unlock()
		// The flag isn't shown, but zeros never stay as long as they were.
		received.compressed = append(received.compressed, message.WireLength != message.Length+prefixLength)
	}
}

func (Watcher) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (Watcher) HandleConn(context.Context, stats.ConnStats) {}
