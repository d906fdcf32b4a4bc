using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Testing;

namespace KoopmanMesh.Interop.Client;

/// <summary>Many large_unary calls: over one channel, or each over a new one.</summary>
internal static class SoakCases
{
    public static Task RpcSoakAsync(InteropSession session) =>
        RunAsync(session, token => CallAsync(session.Client, session.Options.Soak, token));

    public static Task ChannelSoakAsync(InteropSession session) => RunAsync(session, async token =>
    {
        using var channel = InteropChannel.Create(session.Options);
        await CallAsync(new TestService.TestServiceClient(channel), session.Options.Soak, token);
    });

    private static async Task RunAsync(InteropSession session, Func<CancellationToken, Task> call)
    {
        var soak = session.Options.Soak;
        var overall = soak.OverallTimeout ?? soak.Iterations * soak.MaxLatency;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(session.Token);
        end.CancelAfter(overall);
        var latencies = new ConcurrentBag<TimeSpan>();
        var failures = new ConcurrentQueue<string>();
        var threads = Enumerable.Range(0, soak.Threads).Select(
            _ => Task.Run(() => LoopAsync(soak, call, latencies, failures, end.Token), end.Token));
        try
        {
            await Task.WhenAll(threads);
        }
        catch (OperationCanceledException) when (!session.Token.IsCancellationRequested)
        {
            throw new InteropFailureException(
                $"{latencies.Count} of {soak.Iterations * soak.Threads} calls were made in {overall}.");
        }

        session.Note = Describe(latencies, failures);
        if (failures.Count > soak.MaxFailures)
        {
            throw new InteropFailureException($"{session.Note}; {soak.MaxFailures} may fail.");
        }
    }

    private static async Task LoopAsync(
        SoakOptions soak,
        Func<CancellationToken, Task> call,
        ConcurrentBag<TimeSpan> latencies,
        ConcurrentQueue<string> failures,
        CancellationToken cancellationToken)
    {
        for (var i = 0; i < soak.Iterations; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var begin = TimeProvider.System.GetTimestamp();
            try
            {
                await call(cancellationToken);
                var latency = TimeProvider.System.GetElapsedTime(begin);
                latencies.Add(latency);
                if (latency > soak.MaxLatency)
                {
                    failures.Enqueue($"a call took {latency.TotalMilliseconds:F0} ms");
                }
            }
            catch (Exception exception) when (exception is RpcException or InteropFailureException
                && !cancellationToken.IsCancellationRequested)
            {
                latencies.Add(TimeProvider.System.GetElapsedTime(begin));
                failures.Enqueue(exception.Message);
            }

            var rest = soak.MinTimeBetweenCalls - TimeProvider.System.GetElapsedTime(begin);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, cancellationToken);
            }
        }
    }

    private static async Task CallAsync(
        TestService.TestServiceClient client, SoakOptions soak, CancellationToken cancellationToken)
    {
        var request = new SimpleRequest
        {
            ResponseSize = soak.ResponseBytes,
            Payload = Payloads.Zeros(soak.RequestBytes),
        };
        using var call = client.UnaryCallAsync(request, cancellationToken: cancellationToken);
        Expect.Zeros(soak.ResponseBytes, (await call).Payload);
    }

    private static string Describe(ConcurrentBag<TimeSpan> latencies, ConcurrentQueue<string> failures)
    {
        var sorted = latencies.Select(latency => latency.TotalMilliseconds).Order().ToArray();
        return $"{sorted.Length} calls, {failures.Count} failures{Quantile(0.5, "p50")}{Quantile(0.9, "p90")}"
            + $"{Quantile(1, "max")}{(failures.TryPeek(out var first) ? $", first: {first}" : "")}";

        string Quantile(double part, string name) => sorted.Length == 0
            ? ""
            : FormattableString.Invariant(
                $", {name} {sorted[Math.Min((int)(part * sorted.Length), sorted.Length - 1)]:F1} ms");
    }
}
