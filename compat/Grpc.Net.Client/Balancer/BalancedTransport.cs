using System.Net;
using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>
/// Spreads calls over the addresses of a target. Addresses that can't be reached are passed over until they can; a
/// call fails for want of a connection only when every address has failed.
/// </summary>
internal sealed class BalancedTransport : ICallTransport
{
    private readonly Lock _gate = new();
    private readonly HttpMessageInvoker _invoker;
    private readonly Resolver _resolver;
    private readonly Backoff _backoff;
    private readonly bool _inTurn;
    private List<Subchannel> _subchannels = [];
    private Subchannel? _first;
    private Status? _unresolved;
    private volatile Picker _picker = new([], failure: null);
    private int _turn = -1;
    private bool _started;
    private bool _disposed;

    public BalancedTransport(SocketsHttpHandler handler, HttpMessageInvoker invoker, BalancerSetup setup)
    {
        _invoker = invoker;
        (_resolver, _backoff, _inTurn) = (setup.Resolver, setup.Backoff, setup.InTurn);
        handler.ConnectCallback = (context, token) => OpenAsync(context.DnsEndPoint, token);
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, bool waitForReady, CancellationToken cancellationToken)
    {
        EnsureStarted();
        var method = request.RequestUri!;
        while (true)
        {
            var picker = _picker;
            if (picker.Pick(ref _turn) is { } subchannel)
            {
                request.RequestUri = subchannel.UriOf(method);
                try
                {
                    var response = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
                    subchannel.Succeed();
                    return response;
                }
                catch (Exception exception) when (ConnectionFailures.NeverSent(exception))
                {
                    subchannel.Fail(exception);
                }
            }
            else if (picker.Failure is { } failure && !waitForReady)
            {
                throw new RpcException(failure);
            }
            else
            {
                await picker.Replaced.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        List<Subchannel> subchannels;
        lock (_gate)
        {
            _disposed = true;
            subchannels = _subchannels;
            _subchannels = [];
        }

        _resolver.Dispose();
        subchannels.ForEach(static subchannel => subchannel.Dispose());
        _invoker.Dispose();
    }

    private void EnsureStarted()
    {
        if (Volatile.Read(ref _started))
        {
            return;
        }

        lock (_gate)
        {
            if (_started)
            {
                return;
            }

            _started = true;
        }

        // What the first call carries - a trace, a deadline - is not the resolver's.
        using var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        _resolver.Start(OnResolved);
    }

    private void OnResolved(ResolverResult result)
    {
        List<Subchannel> gone = [];
        lock (_gate)
        {
            if (result.Addresses is { Count: > 0 } addresses)
            {
                _unresolved = null;
                gone = Adopt([.. addresses.Select(address => address.EndPoint).Distinct()]);
            }
            else
            {
                // Addresses known before may still be right, so a failure to ask keeps them.
                _unresolved = result.Addresses is null
                    ? result.Status
                    : new Status(StatusCode.Unavailable, "The target has no addresses.");
            }

            Update();
        }

        gone.ForEach(static subchannel => subchannel.Dispose());
    }

    /// <summary>Makes these the subchannels, keeping those there are; returns the ones no longer among them.</summary>
    private List<Subchannel> Adopt(IReadOnlyList<DnsEndPoint> endPoints)
    {
        var before = _subchannels;
        _subchannels = _disposed
            ? []
            : [.. endPoints.Select(endPoint => before.Find(known => known.EndPoint.Equals(endPoint))
                ?? new Subchannel(endPoint, _backoff, OnChanged))];
        return [.. before.Except(_subchannels)];
    }

    private void OnChanged()
    {
        bool lost;
        lock (_gate)
        {
            lost = _subchannels.Exists(static s => s.State is SubchannelState.Failed or SubchannelState.Idle);
            Update();
        }

        if (lost)
        {
            // The address may be another's by now.
            _resolver.Refresh();
        }
    }

    private void Update()
    {
        var ready = _inTurn ? ConnectAll() : ConnectFirst();
        var replaced = _picker;
        _picker = new Picker(ready, ready.Length == 0 ? Failure() : null);
        replaced.Retire();
    }

    private Subchannel[] ConnectAll()
    {
        _subchannels.ForEach(static subchannel => subchannel.Connect());
        return [.. _subchannels.Where(static subchannel => subchannel.State == SubchannelState.Ready)];
    }

    private Subchannel[] ConnectFirst()
    {
        if (_first is not { State: SubchannelState.Ready } || !_subchannels.Contains(_first))
        {
            _first = _subchannels.Find(static subchannel => subchannel.State == SubchannelState.Ready);
            if (_first is null)
            {
                _subchannels.Find(static subchannel => subchannel.State != SubchannelState.Failed)?.Connect();
            }
        }

        return _first is null ? [] : [_first];
    }

    private Status? Failure()
    {
        if (_subchannels.Count == 0)
        {
            return _unresolved;
        }

        return _subchannels.TrueForAll(static subchannel => subchannel.State == SubchannelState.Failed)
            ? new Status(
                StatusCode.Unavailable,
                "No address of the target can be reached: " + string.Join("; ", _subchannels.Select(static s =>
                    $"{s.EndPoint.Host}:{s.EndPoint.Port} {s.LastFailure?.Message}")),
                _subchannels[0].LastFailure)
            : null;
    }

    private ValueTask<Stream> OpenAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        Subchannel? subchannel;
        lock (_gate)
        {
            subchannel = _subchannels.Find(known =>
                known.EndPoint.Port == endPoint.Port && known.EndPoint.Host == endPoint.Host);
        }

        return subchannel?.OpenAsync(cancellationToken)
            ?? Subchannel.OpenUnwatchedAsync(endPoint, cancellationToken);
    }
}

/// <summary>What calls are spread by.</summary>
/// <param name="Resolver">Finds the addresses.</param>
/// <param name="Backoff">Waits between attempts to connect.</param>
/// <param name="InTurn">Whether all addresses take calls in turn, or the first that can be reached all of them.</param>
internal sealed record BalancerSetup(Resolver Resolver, Backoff Backoff, bool InTurn);
