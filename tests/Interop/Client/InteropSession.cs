using Grpc.Net.Client;
using Grpc.Testing;

namespace KoopmanMesh.Interop.Client;

/// <summary>What a case runs with: one channel of its own, and the time it has.</summary>
internal sealed class InteropSession(InteropClientOptions options, CancellationToken cancellationToken) : IDisposable
{
    private readonly GrpcChannel _channel = InteropChannel.Create(options);

    public InteropClientOptions Options { get; } = options;

    public CancellationToken Token { get; } = cancellationToken;

    public TestService.TestServiceClient Client => new(_channel);

    public UnimplementedService.UnimplementedServiceClient UnimplementedClient => new(_channel);

    /// <summary>What a case that passed has to tell.</summary>
    public string Note { get; set; } = "";

    public void Dispose() => _channel.Dispose();
}
