using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>What a call asks for, however often it is sent.</summary>
internal sealed record CallRequest(
    IMethod Method, string? Host, CallOptions Options, CallLifetime Lifetime, HttpContent Content);
