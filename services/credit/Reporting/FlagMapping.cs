using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Credit.Reporting;

/// <summary>Flags by the names reports use.</summary>
internal static class FlagMapping
{
    public const string LowFidelity = "LOW_FIDELITY";
    public const string Dead = "DEAD";
    public const string RankDrop = "RANK_DROP";
    public const string UnderDetermined = "UNDER_DETERMINED";
    public const string ConstantOutput = "CONSTANT_OUTPUT";
    public const string Compressed = "COMPRESSED";

    private static readonly (ComponentFlags Flag, string Name)[] _names =
    [
        (ComponentFlags.LowFidelity, LowFidelity),
        (ComponentFlags.Dead, Dead),
        (ComponentFlags.RankDrop, RankDrop),
        (ComponentFlags.UnderDetermined, UnderDetermined),
        (ComponentFlags.ConstantOutput, ConstantOutput),
    ];

    public static IEnumerable<string> ToNames(ComponentReport component, ComponentScore score)
    {
        double? holdOut = component.Fit.HoldOutRows > 0 ? component.Fit.HoldOutError : null;
        var flags = FlagRules.Judge(score, holdOut, component.Fit.FitRows, component.AlignedDimension);
        var names = _names.Where(n => flags.HasFlag(n.Flag)).Select(n => n.Name);
        return component.InputEnergyLost > 0 || component.OutputEnergyLost > 0 ? names.Append(Compressed) : names;
    }
}
