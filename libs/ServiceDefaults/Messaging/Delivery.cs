using System.Diagnostics;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Runs;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>What every delivery needs.</summary>
internal sealed record DeliveryServices(
    IServiceScopeFactory Scopes,
    ErrorCatalog Errors,
    IRunLedger Runs,
    RunCancellations Cancellations,
    IHostApplicationLifetime Lifetime,
    IOptions<EventBusOptions> Options,
    TimeProvider Time,
    ILogger<IEventBus> Logger);

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

    internal async Task<DeliveryOutcome> DeliverAsync(Envelope<T> envelope, IEventBus bus, CancellationToken stop)
    {
        using var activity = envelope.StartDelivery();
        var started = services.Time.GetTimestamp();
        var outcome = await AttemptAsync(envelope.Event, bus, stop).ConfigureAwait(false);
        activity?.SetStatus(outcome == DeliveryOutcome.Failed ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        ServiceDefaultsTelemetry.Delivery.Record(
            services.Time.GetElapsedTime(started).TotalSeconds,
            new(ServiceDefaultsTelemetry.TopicTag, T.Topic),
            new(ServiceDefaultsTelemetry.OutcomeTag, outcome.ToString()));
        return outcome;
    }

    private async Task<DeliveryOutcome> AttemptAsync(T e, IEventBus bus, CancellationToken stop)
    {
        using var link = e is IRunEnded
            ? CancellationTokenSource.CreateLinkedTokenSource(stop)
            : services.Cancellations.Link(e.RunId, stop);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await HandleAsync(e, link.Token).ConfigureAwait(false);
                return DeliveryOutcome.Handled;
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

    private DeliveryOutcome Stopped(T e, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            Log.HandlerInterrupted(services.Logger, _handler, e.RunId);
            return DeliveryOutcome.Interrupted;
        }

        Log.HandlerCancelled(services.Logger, _handler, e.RunId);
        return DeliveryOutcome.Cancelled;
    }

    private async Task<DeliveryOutcome> FailAsync(T e, Exception x, IEventBus bus, CancellationToken stop)
    {
        // A host on its way down takes its own services away from under its handlers: that is not the run's failure.
        if (services.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            Log.HandlerInterrupted(services.Logger, _handler, e.RunId);
            return DeliveryOutcome.Interrupted;
        }

        if (IsUnavailable(x, out var error))
        {
            // The ledger still has the work, and who counts attempts at it is the ledger too.
            Log.HandlerGaveUp(services.Logger, _handler, e.RunId, error.Reason, error.Message);
            return DeliveryOutcome.Interrupted;
        }

        if (error.Kind is ErrorKind.Internal)
        {
            Log.HandlerFailed(services.Logger, _handler, e.RunId, error.Reason, x);
        }
        else
        {
            Log.HandlerEndedRun(services.Logger, _handler, e.RunId, error.Reason, error.Message);
        }

        // A run that has ended can't fail any more.
        return e is IRunEnded || await FailRunAsync(e.RunId, error, bus, stop).ConfigureAwait(false)
            ? DeliveryOutcome.Failed
            : DeliveryOutcome.Interrupted;
    }

    /// <summary>Whether the failure is on record.</summary>
    private async Task<bool> FailRunAsync(string runId, ErrorDescription error, IEventBus bus, CancellationToken stop)
    {
        try
        {
            await new RunEnder(services.Runs, bus, services.Logger)
                .FailAsync(runId, error.Reason, error.Message, stop).ConfigureAwait(false);
        }
        catch (Exception x) when (x is OperationCanceledException or ObjectDisposedException)
        {
            Log.HandlerInterrupted(services.Logger, _handler, runId);
            return false;
        }
        catch (ResourceNotFoundException)
        {
            // An event of a run that is not in this ledger: there is nobody to tell but the log.
        }
        catch (Exception x) when (IsUnavailable(x, out var unavailable))
        {
            Log.HandlerGaveUp(services.Logger, _handler, runId, unavailable.Reason, unavailable.Message);
            return false;
        }

        return true;
    }

    private bool IsUnavailable(Exception x, out ErrorDescription error)
    {
        error = services.Errors.Describe(x);
        return error.Kind is ErrorKind.Unavailable or ErrorKind.DeadlineExceeded;
    }
}
