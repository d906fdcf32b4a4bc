using System.Runtime.ExceptionServices;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>
/// Sends a call's request and, while its plan allows, sends it again after a failure. An answer that messages may
/// follow commits the call, for the caller has seen its headers.
/// </summary>
internal sealed class CallSender(GrpcChannel channel, CallRequest call, RetryPlan? plan)
{
    private const string PushbackHeader = "grpc-retry-pushback-ms";

    /// <summary>The answer that settled the call, with its outcome if it is nothing but headers.</summary>
    public async Task<(HttpResponseMessage Response, Outcome? Outcome)> SendAsync(CancellationToken cancellationToken)
    {
        var held = call.Content is UnaryContent unary ? unary.Length : 0;
        if (plan is null || !channel.Retries.Budget.TryHold(0, held))
        {
            var response = await SendOnceAsync(0, cancellationToken).ConfigureAwait(false);
            return Settle(response, Outcome.FromHeaders(response));
        }

        try
        {
            return await RepeatAsync(plan, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            channel.Retries.Budget.Release(held);
        }
    }

    private async Task<(HttpResponseMessage Response, Outcome? Outcome)> RepeatAsync(
        RetryPlan repeats, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            TimeSpan? wait;
            try
            {
                var response = await SendOnceAsync(attempt, cancellationToken).ConfigureAwait(false);
                var outcome = Outcome.FromHeaders(response);
                wait = outcome is null or { Status.StatusCode: StatusCode.OK } ? null : Next(repeats, outcome);
                if (wait is null)
                {
                    return Settle(response, outcome);
                }

                response.Dispose();
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                wait = Next(repeats, new Outcome(StatusMapping.FromException(exception), [], Local: false));
                if (wait is null)
                {
                    ExceptionDispatchInfo.Throw(exception);
                }
            }

            await Task.Delay(wait.Value, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan? Next(RetryPlan repeats, Outcome outcome)
    {
        var wait = repeats.Next(outcome.Status.StatusCode, outcome.Trailers.GetValue(PushbackHeader));
        return call.Content is StreamingContent { IsCommitted: true } ? null : wait;
    }

    private (HttpResponseMessage Response, Outcome? Outcome) Settle(HttpResponseMessage response, Outcome? outcome)
    {
        if (outcome is null or { Status.StatusCode: StatusCode.OK })
        {
            channel.Retries.Throttle?.Succeed();
        }

        (call.Content as StreamingContent)?.Commit();
        return (response, outcome);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(int attempt, CancellationToken cancellationToken)
    {
        var message = RequestBuilder.Build(channel, call, attempt);
        if (channel.SendsCallCredentials)
        {
            foreach (var credentials in channel.CredentialsOf(call.Options))
            {
                await RequestBuilder.AddCredentialsAsync(message, channel, call.Method, credentials, cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        return await channel.Transport.SendAsync(message, call.Options.IsWaitForReady, cancellationToken)
            .ConfigureAwait(false);
    }
}
