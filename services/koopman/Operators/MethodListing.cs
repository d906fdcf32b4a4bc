using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Operator.V1;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>The catalogue, as it travels.</summary>
internal static class MethodListing
{
    private static readonly HashSet<string> _fields =
        ["rank", "delays", "dictionary", "hold-out", "bootstraps", "seed", "column-scaling"];

    public static ListMethodsResponse List() => new()
    {
        Methods = { EstimatorCatalogue.Methods.Select(ToWire) },
        RankGrammar = RankRuleText.Grammar,
        DictionaryGrammar = ObservablesSpec.Grammar,
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
