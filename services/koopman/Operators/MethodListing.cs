using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Operator.V1;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>The catalogue, as it travels.</summary>
internal static class MethodListing
{
    private const string DictionaryGrammar = """
        Terms joined by "+", e.g. poly:3+rff:200:0.5; 1 and x are there unless the first term is identity.
        identity                  x alone
        affine                    1 and x
        poly:degree[:most]        monomials of total degree 2 and up, at most so many
        abs                       |x| of each coordinate
        relu[:count]              max(x, 0) of each coordinate, or of random directions
        rbf:count[:bandwidth]     Gaussians about k-means centres
        tps:count[:bandwidth]     thin plates about k-means centres
        rff:count[:bandwidth]     random Fourier features
        hermite:degree            Hermite polynomials of each coordinate
        seed:number               seeds everything random
        """;

    private static readonly HashSet<string> _fields =
        ["rank", "delays", "dictionary", "hold-out", "bootstraps", "seed", "column-scaling"];

    public static ListMethodsResponse List() => new()
    {
        Methods = { EstimatorCatalogue.Methods.Select(ToWire) },
        RankGrammar = RankRuleText.Grammar,
        DictionaryGrammar = DictionaryGrammar,
    };

    private static Method ToWire(EstimatorMethod method) => new()
    {
        Name = method.Name,
        Aliases = { method.Aliases },
        Summary = method.Summary,
        Source = method.Source,
        Streams = method.Streams,
        TakesInputs = method.TakesInputs,
        NeedsTrajectories = method.NeedsTrajectories,
        TakesTimes = method.TakesTimes,
        Options = { method.Options.Select(option => ToWire(option, method)) },
    };

    private static MethodOption ToWire(EstimatorOption option, EstimatorMethod method) => new()
    {
        Name = _fields.Contains(option.Name) ? option.Name.Replace('-', '_') : option.Name,
        Type = option.Type,
        DefaultValue = option.ValueOf(method.Prototype),
        Summary = option.Summary,
        MethodSpecific = !_fields.Contains(option.Name),
    };
}
