using System.Diagnostics;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>What every delivery needs.</summary>
internal sealed record DeliveryServices(
    IServiceScopeFactory Scopes,
    ErrorCatalog Errors,
    RunCancellations Cancellations,
    IHostApplicationLifetime Lifetime,
    IOptions<EventBusOptions> Options,
    TimeProvider Time,
    ILogger<InProcessEventBus> Logger);

/// <summary>
/// Delivers events to one type of handler: in a scope, under the publisher's trace, with the run's token, and decides
/// what a failure means.
/// </summary>
internal sealed class Delivery<T, THandler>(DeliveryServices services)
    where T : class, IRunEvent
    where THandler : class, IEventHandler<T>
{
    private static readonly string _handler = typeof(THandler).Name;

    private readonly EventBusOptions _options = services.Options.Value;

    internal async Task DeliverAsync(Envelope<T> envelope, IEventBus bus, CancellationToken stop)
    {
        using var activity = envelope.StartDelivery();
        var started = services.Time.GetTimestamp();
        var outcome = await AttemptAsync(envelope.Event, bus, stop).ConfigureAwait(false);
        activity?.SetStatus(outcome == Outcome.Failed ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        ServiceDefaultsTelemetry.Delivery.Record(
            services.Time.GetElapsedTime(started).TotalSeconds,
            new(ServiceDefaultsTelemetry.TopicTag, T.Topic),
            new(ServiceDefaultsTelemetry.OutcomeTag, outcome.ToString()));
    }

    private async Task<Outcome> AttemptAsync(T e, IEventBus bus, CancellationToken stop)
    {
        using var link = e is IRunEnded
            ? CancellationTokenSource.CreateLinkedTokenSource(stop)
            : services.Cancellations.Link(e.RunId, stop);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await HandleAsync(e, link.Token).ConfigureAwait(false);
                return Outcome.Handled;
            }
            catch (Exception) when (link.IsCancellationRequested)
            {
                return Stopped(e, stop);
            }
            catch (Exception x) when (attempt < _options.MaxAttempts && IsUnavailable(x, out var error))
            {
                Log.HandlerUnavailable(services.Logger, _handler, attempt, e.RunId, error.Message);
            }
            catch (Exception x)
            {
                return await FailAsync(e, x, bus, stop).ConfigureAwait(false);
            }

            if (!await PauseAsync(attempt, link.Token).ConfigureAwait(false))
            {
                return Stopped(e, stop);
            }
        }
    }

    private async Task HandleAsync(T e, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var scope = services.Scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(e, ct).ConfigureAwait(false);
        }
    }

    private async Task<bool> PauseAsync(int attempt, CancellationToken ct)
    {
        try
        {
            await Task.Delay(_options.RetryDelay * Math.Pow(2, attempt - 1), services.Time, ct).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private Outcome Stopped(T e, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            Log.HandlerInterrupted(services.Logger, _handler, e.RunId);
            return Outcome.Interrupted;
        }

        Log.HandlerCancelled(services.Logger, _handler, e.RunId);
        return Outcome.Cancelled;
    }

    private async Task<Outcome> FailAsync(T e, Exception x, IEventBus bus, CancellationToken stop)
    {
        // A host on its way down takes its own services away from under its handlers: that is not the run's failure.
        if (services.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            Log.HandlerInterrupted(services.Logger, _handler, e.RunId);
            return Outcome.Interrupted;
        }

        var error = services.Errors.Describe(x);
        if (error.Kind is ErrorKind.Internal)
        {
            Log.HandlerFailed(services.Logger, _handler, e.RunId, error.Reason, x);
        }
        else
        {
            Log.HandlerEndedRun(services.Logger, _handler, e.RunId, error.Reason, error.Message);
        }

        // The failure of a handler of RunFailed must not publish RunFailed for ever.
        if (e is not IRunEnded or RunScored or ReplacementReported)
        {
            await PublishFailureAsync(new RunFailed(e.RunId, error.Reason, error.Message), bus, stop)
                .ConfigureAwait(false);
        }

        return Outcome.Failed;
    }

    private async Task PublishFailureAsync(RunFailed failure, IEventBus bus, CancellationToken stop)
    {
        try
        {
            await bus.PublishAsync(failure, stop).ConfigureAwait(false);
        }
        catch (Exception x) when (x is OperationCanceledException or ObjectDisposedException)
        {
            Log.HandlerInterrupted(services.Logger, _handler, failure.RunId);
        }
    }

    private bool IsUnavailable(Exception x, out ErrorDescription error)
    {
        error = services.Errors.Describe(x);
        return error.Kind is ErrorKind.Unavailable or ErrorKind.DeadlineExceeded;
    }

    private enum Outcome
    {
        Handled,
        Failed,
        Cancelled,
        Interrupted,
    }
}
