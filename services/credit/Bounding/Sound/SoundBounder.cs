using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>
/// Bounds the difference between a network and its hybrid on a box of rows, for every row of it (docs/bounds.md).
/// </summary>
/// <param name="la">What multiplies.</param>
/// <param name="options">How much memory it may take.</param>
internal sealed class SoundBounder(ILinearAlgebra la, SoundOptions options)
{
    /// <summary>The bound, or why there is none.</summary>
    /// <exception cref="InvalidRequestException">The box is not of the networks' width.</exception>
    public SoundBoundResult Bound(
        NetworkModel original, NetworkModel hybrid, IReadOnlyList<SoundRegion> regions, Box box,
        CancellationToken cancellationToken)
    {
        box.Require(original.Input.Width, original.Name);
        box.Require(hybrid.Input.Width, hybrid.Name);
        try
        {
            var (x, y) = (LoweredNetwork.Lower(original), LoweredNetwork.Lower(hybrid));
            var symbols = Symbols(x, y);
            var walker = new PairBounder(x, y, regions, new Propagation(symbols, la));
            var (difference, errors) = walker.Walk(box, cancellationToken);
            return Result(difference, errors, symbols) with
            {
                Regions = [.. regions.Select(region => walker.Regions[region])],
                Original = walker.OriginalTally.Result,
                Hybrid = walker.HybridTally.Result,
            };
        }
        catch (Exception exception) when (exception is UnloweredOperatorException or UnboundedException)
        {
            return SoundBoundResult.Refused(exception.Message);
        }
    }

    /// <summary>Counts the activations that are not settled on a box, or says why they can't be counted.</summary>
    /// <exception cref="InvalidRequestException">The box is not of the network's width.</exception>
    public UnstableCount CountUnstable(NetworkModel model, Box box, CancellationToken cancellationToken)
    {
        box.Require(model.Input.Width, model.Name);
        try
        {
            var network = LoweredNetwork.Lower(model);
            var walker = new SingleBounder(network, new Propagation(Symbols(network), la));
            return walker.Walk(box, cancellationToken);
        }
        catch (Exception exception) when (exception is UnloweredOperatorException or UnboundedException)
        {
            return UnstableCount.Refused(exception.Message);
        }
    }

    /// <summary>Symbols where every tensor has room for those of the input; intervals alone otherwise.</summary>
    private SymbolSource? Symbols(params IReadOnlyList<LoweredNetwork> networks)
    {
        var symbols = new SymbolSource(options.MaximumBytes);
        var widest = networks.SelectMany(network => network.Steps).Max(step => step.Width);
        return options.IntervalsOnly || symbols.Limit(widest) < networks[0].InputWidth ? null : symbols;
    }

    private SoundBoundResult Result(Bounds difference, double[] errors, SymbolSource? symbols)
    {
        var outputs = new double[errors.Length];
        var largest = 0;
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = Rounding.Up(difference.Magnitude(i) + errors[i]);
            largest = outputs[i] > outputs[largest] ? i : largest;
        }

        if (outputs.Any(value => !double.IsFinite(value)))
        {
            throw new UnboundedException("The difference of the outputs has no finite bound on the box.");
        }

        return new SoundBoundResult
        {
            Domain = symbols is null ? "interval" : "zonotope",
            Outputs = outputs,
            Rounding = errors[largest],
            Assumptions = Assumptions(symbols),
        };
    }

    private List<string> Assumptions(SymbolSource? symbols)
    {
        List<string> assumptions =
        [
            "Every feature of the row lies in the box.",
            "The weights are the float32 values of the two files.",
            "Both networks run in float32 on sums of products in any order, without reduced precision; the bound "
            + "allows for their rounding.",
        ];
        if (symbols is null && !options.IntervalsOnly)
        {
            assumptions.Add($"Affine forms would take more than {options.MaximumBytes} bytes, so intervals were used; "
                + "the bound holds, and is wider for it.");
        }
        else if (symbols is { Merged: > 0 })
        {
            assumptions.Add($"{symbols.Merged} noise symbols were merged to stay within {options.MaximumBytes} bytes; "
                + "the bound holds, and is wider for it.");
        }

        return assumptions;
    }
}
