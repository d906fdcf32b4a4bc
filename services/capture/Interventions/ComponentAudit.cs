using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Interventions;

/// <summary>
/// All interventions at one component: the rest of the network, cut out by graph surgery, runs on each changed output.
/// </summary>
internal sealed class ComponentAudit : IDisposable
{
    private readonly Component _component;
    private readonly ulong _seed;
    private readonly NetworkSession? _rest;
    private readonly NetworkSession? _skip;
    private readonly IReadOnlyList<Intervention> _interventions;
    private readonly EffectAccumulator[] _effects;
    private readonly EffectAccumulator _skipped = new();
    private float[] _changed = [];

    /// <param name="chain">The network, cut.</param>
    /// <param name="component">Where to intervene.</param>
    /// <param name="interventions">How.</param>
    /// <param name="seed">Of the run.</param>
    public ComponentAudit(
        ComponentChain chain, Component component, IReadOnlyList<Intervention> interventions, ulong seed)
    {
        (_component, _interventions, _seed) = (component, interventions, seed);
        _effects = [.. interventions.Select(_ => new EffectAccumulator())];

        // One thread each: components are audited side by side.
        var single = new NetworkSessionOptions { Threads = 1 };
        var output = chain.Model.Output.Name;
        _rest = component.OutputTensor == output
            ? null
            : new NetworkSession(GraphSurgery.Extract(chain.Model, component.OutputTensor, output), single);
        _skip = component.IsResidual
            ? new NetworkSession(GraphSurgery.SkipBranch(chain.Model, component), single)
            : null;
    }

    /// <summary>Interventions of one batch.</summary>
    public int Steps => _interventions.Sum(i => i.Draws) + (_skip is null ? 0 : 1);

    /// <summary>Runs every intervention on a batch of intact activations.</summary>
    public void Add(AuditBatch batch, CancellationToken cancellationToken)
    {
        var before = batch.At(_component.InputTensor);
        var after = batch.At(_component.OutputTensor);
        if (_changed.Length < after.Length)
        {
            _changed = new float[after.Length];
        }

        var divergences = new double[batch.Rows];
        for (var i = 0; i < _interventions.Count; i++)
        {
            var intervention = _interventions[i];
            var correct = 0.0;
            divergences.AsSpan().Clear();
            for (var draw = 0; draw < intervention.Draws; draw++)
            {
                var changed = _changed.AsMemory(0, after.Length);
                intervention.Apply(
                    before.Span, after.Span, batch.Rows, Draw(i, draw, batch.Number + 1), Draw(i, draw, 0),
                    changed.Span);
                correct += Measure(Rest(changed, batch.Rows, cancellationToken).Span, batch, divergences);
            }

            Finish(_effects[i], divergences, correct, intervention.Draws);
        }

        if (_skip is { } skip)
        {
            divergences.AsSpan().Clear();
            var correct = Measure(skip.Run(batch.Input, batch.Rows, cancellationToken).Output.Span, batch, divergences);
            Finish(_skipped, divergences, correct, 1);
        }
    }

    /// <summary>The effects over all batches.</summary>
    /// <param name="accuracy">Of the intact network on the same rows; null without labels.</param>
    public IEnumerable<InterventionResult> Results(double? accuracy)
    {
        for (var i = 0; i < _interventions.Count; i++)
        {
            yield return ToResult(_interventions[i].Name, _interventions[i].Draws, _effects[i], accuracy);
        }

        if (_skip is not null)
        {
            yield return ToResult("skip", 1, _skipped, accuracy);
        }
    }

    public void Dispose()
    {
        _rest?.Dispose();
        _skip?.Dispose();
    }

    private ReadOnlyMemory<float> Rest(ReadOnlyMemory<float> changed, int rows, CancellationToken cancellationToken) =>
        _rest is null ? changed : _rest.Run(changed, rows, cancellationToken).Output;

    private static double Measure(ReadOnlySpan<float> outputs, AuditBatch batch, Span<double> divergences)
    {
        batch.Divergence.AddTo(batch.Output.Span, outputs, divergences);
        return batch.CountCorrect(outputs);
    }

    private static void Finish(EffectAccumulator effect, Span<double> divergences, double correct, int draws)
    {
        System.Numerics.Tensors.TensorPrimitives.Divide(divergences, draws, divergences);
        effect.Add(divergences, correct / draws);
    }

    private InterventionResult ToResult(string name, int draws, EffectAccumulator effect, double? accuracy)
    {
        var result = new InterventionResult
        {
            Intervention = name,
            Component = _component.Index,
            Divergence = effect.Divergence,
            StandardError = effect.StandardError,
            Draws = draws,
        };
        if (accuracy is { } intact)
        {
            result.AccuracyDrop = intact - effect.Accuracy;
        }

        return result;
    }

    // Every stream of random numbers is its own, so that results depend neither on order nor on threads, and on nothing
    // but the seed: a fixed mix (splitmix64's), for HashCode is salted anew in every process.
    private Random Draw(int intervention, int draw, int batch)
    {
        var mixed = _seed;
        foreach (var part in (ReadOnlySpan<int>)[_component.Index, intervention, draw, batch])
        {
            mixed = (mixed ^ (uint)part) + 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            mixed ^= mixed >> 31;
        }

        return new Random((int)(mixed >> 33));
    }
}
