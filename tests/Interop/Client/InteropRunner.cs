using Grpc.Core;

namespace KoopmanMesh.Interop.Client;

/// <summary>What became of a case.</summary>
/// <param name="Name">The case.</param>
/// <param name="Passed">Whether it passed.</param>
/// <param name="Detail">What went wrong, or what a case that passed has to tell.</param>
internal sealed record InteropResult(string Name, bool Passed, string Detail)
{
    public override string ToString() =>
        (Passed ? "PASS " : "FAIL ") + Name + (Detail.Length == 0 ? "" : ": " + Detail);
}

/// <summary>Runs cases, each over a channel of its own.</summary>
internal static class InteropRunner
{
    /// <summary>Time a case has, beside the time a soak is given.</summary>
    private static readonly TimeSpan _caseTimeout = TimeSpan.FromMinutes(1);

    public static async Task<InteropResult> RunAsync(
        string name, InteropClientOptions options, CancellationToken cancellationToken)
    {
        var run = InteropCases.All.Single(one => one.Name == name).Run;
        var soak = options.Soak;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(_caseTimeout + (soak.OverallTimeout ?? soak.Iterations * soak.MaxLatency));
        using var session = new InteropSession(options, time.Token);
        try
        {
            await run(session);
            return new InteropResult(name, true, session.Note);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && exception is InteropFailureException or RpcException or OperationCanceledException)
        {
            return new InteropResult(name, false, exception.Message);
        }
    }
}
