namespace Grpc.AspNetCore.Server;

/// <summary>Says that AddGrpc was called, and remembers whether unknown services are answered yet.</summary>
internal sealed class GrpcMarker
{
    private int _answersUnknownServices;

    /// <summary>True the first time only.</summary>
    public bool ClaimUnknownServices() => Interlocked.Exchange(ref _answersUnknownServices, 1) == 0;
}
