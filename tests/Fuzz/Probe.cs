using KoopmanMesh.Wire;

namespace KoopmanMesh.Fuzz;

/// <summary>A call as it should be, to see that the server still answers it.</summary>
internal static class Probe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks for the methods of the engine.</summary>
    /// <exception cref="IOException">The answer isn't OK.</exception>
    public static async Task RunAsync(Uri server, CancellationToken cancellationToken)
    {
        await using var connection = await RawConnection.ConnectAsync(server, cancellationToken: cancellationToken);
        var stream = await connection.CallAsync(
            HeaderList.Call("/koopmanmesh.operator.v1.OperatorService/ListMethods"),
            GrpcMessage.Frame([]),
            cancellationToken);
        var response = await stream.ReadResponseAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        if (response.Status != 0)
        {
            throw new IOException($"a good call ended with grpc-status {response.Status}, expected 0");
        }
    }
}
