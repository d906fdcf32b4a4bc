using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Surgery;

namespace KoopmanMesh.Networks.Execution;

/// <summary>
/// A network beside its probed twin: captures what flows between the components, and proves that what was captured is
/// what ran. Not thread-safe. Sessions beyond the capturing one are opened when first needed.
/// </summary>
public sealed class ProbedNetwork : IDisposable
{
    private readonly NetworkSessionOptions _options;
    private readonly NetworkSession _probed;
    private readonly Lazy<NetworkSession> _plain;
    private readonly Lazy<NetworkSession>[] _parts;

    /// <summary>Opens the probed session.</summary>
    /// <param name="chain">The network, cut.</param>
    /// <param name="threads">Threads for one operator; 0: as many as there are cores.</param>
    public ProbedNetwork(ComponentChain chain, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(chain);
        Chain = chain;
        _options = new NetworkSessionOptions { Threads = threads };
        var probes = chain.Components.Select(component => component.OutputTensor).ToList();
        _probed = new NetworkSession(chain.Model, _options with { Probes = probes });
        _plain = new Lazy<NetworkSession>(() => new NetworkSession(chain.Model, _options));
        _parts = [.. chain.Components.Select(component => new Lazy<NetworkSession>(() => Part(component)))];
    }

    /// <summary>The network, cut.</summary>
    public ComponentChain Chain { get; }

    /// <summary>
    /// One run with all probes. The batch knows every boundary of the chain by name, the input included; it is valid
    /// until the next call on this object.
    /// </summary>
    public NetworkBatch Capture(ReadOnlyMemory<float> rows, int count, CancellationToken cancellationToken = default) =>
        _probed.Run(rows, count, cancellationToken);

    /// <summary>Compares the network's output with and without probes on the same rows.</summary>
    public TensorDifference Parity(ReadOnlyMemory<float> rows, int count, CancellationToken cancellationToken = default)
    {
        var plain = _plain.Value.Run(rows, count, cancellationToken);
        return TensorDifference.Between(plain.Output.Span, Capture(rows, count, cancellationToken).Output.Span);
    }

    /// <summary>
    /// Runs every component by itself on what a capture found at its input, and compares with what it found at its
    /// output.
    /// </summary>
    public IReadOnlyList<ComponentReplay> Replay(
        ReadOnlyMemory<float> rows, int count, CancellationToken cancellationToken = default)
    {
        var captured = Capture(rows, count, cancellationToken);
        var replays = new ComponentReplay[_parts.Length];
        for (var i = 0; i < replays.Length; i++)
        {
            var component = Chain.Components[i];
            var result = _parts[i].Value.Run(captured[component.InputTensor], count, cancellationToken);
            var difference = TensorDifference.Between(captured[component.OutputTensor].Span, result.Output.Span);
            replays[i] = new ComponentReplay(component, difference);
        }

        return replays;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _probed.Dispose();
        foreach (var session in _parts.Prepend(_plain).Where(session => session.IsValueCreated))
        {
            session.Value.Dispose();
        }
    }

    private NetworkSession Part(Component component) =>
        new(GraphSurgery.Extract(Chain.Model, component.InputTensor, component.OutputTensor), _options);
}
