using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Verdicts;

namespace KoopmanMesh.Experiments.Dynamics.Initialisation;

/// <summary>One way to call a start bad, given good runs of the same problem.</summary>
/// <param name="Name">In tables.</param>
/// <param name="Calls">Which of the runs it calls bad. A run that diverged before it was judged always is.</param>
internal sealed record InitialisationRule(
    string Name,
    Func<IReadOnlyList<InitialisationResult>, IReadOnlyList<InitialisationResult>, double, IEnumerable<bool>> Calls)
{
    public const string Alarm = "the alarm (loss and spectrum)";

    public const string WithoutSpectrum = "alarm, loss and its fall only";

    public const string Loss = "loss where judged";

    public static IReadOnlyList<InitialisationRule> All(ILinearAlgebra algebra) =>
    [
        Distance(Alarm, score => score, algebra),
        Distance(WithoutSpectrum, LossAlone, algebra),
        Distance("alarm, without the loss", SpectrumAlone, algebra),
        Number("mass near one", r => r.Score?.NearOneMass),
        Number("transients over norm", r => r.Score?.TransientShare),
        Number("largest eigenvalue", r => r.Score?.Instability),
        Number("norm over movement", r => r.Score?.Rest),
        Number(Loss, r => r.JudgedLoss),
        Number("loss left of the first", r => r.JudgedLoss / r.StartLoss),
        Number("norm of the start, no training", r => r.StartNorm),
        Number("loss of the start, no training", r => r.StartLoss),
        new("fixed rule", (_, runs, _) => runs.Select(r => r.Score?.Fixed ?? true)),
    ];

    /// <summary>How many of the runs it calls bad.</summary>
    public int Count(
        IReadOnlyList<InitialisationResult> nulls, IReadOnlyList<InitialisationResult> runs, double rate) =>
        Calls(nulls, runs, rate).Count(isBad => isBad);

    // What is the same for all runs tells nothing: the distance goes by the rest.
    private static AlarmScore LossAlone(AlarmScore score) =>
        score with { NearOneMass = 1, TransientShare = 0, Instability = 1, Rest = 0 };

    private static AlarmScore SpectrumAlone(AlarmScore score) => score with { Loss = 1, LossLeft = 1 };

    private static InitialisationRule Distance(
        string name, Func<AlarmScore, AlarmScore> seen, ILinearAlgebra algebra) =>
        new(name, (nulls, runs, rate) =>
        {
            AlarmScore[] known = [.. nulls.Select(r => r.Score).OfType<AlarmScore>().Select(seen)];
            return runs.Select(r =>
                r.Score is null || InitialisationAlarm.Judge(seen(r.Score), known, rate, algebra).Raised);
        });

    // Larger is worse: above what all but the rate of good runs stay below.
    private static InitialisationRule Number(string name, Func<InitialisationResult, double?> of) =>
        new(name, (nulls, runs, rate) =>
        {
            var threshold = InitialisationAlarm.Calibrate([.. nulls.Select(of).OfType<double>()], rate);
            return runs.Select(r => (of(r) ?? double.PositiveInfinity) > threshold);
        });
}
