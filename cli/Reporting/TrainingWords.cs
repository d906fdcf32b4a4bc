using System.Globalization;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>How terminal and page name what was found of a training run.</summary>
internal static class TrainingWords
{
    /// <summary>The windows of the whole run, not those of single layers.</summary>
    public static IEnumerable<Window> Whole(TrainingReport report) =>
        report.Windows.Where(window => window.Layer.Length == 0);

    // More of the movement than this, unexplained, makes a window's modes hearsay; less movement, relative to the
    // weights, is rounding, which no mode should explain.
    private const double Noise = 0.5;
    private const double Rounding = 1e-3;

    /// <summary>Its trusted modes miss most of what moves in it.</summary>
    public static bool IsNoise(Window window) =>
        window.Unexplained > Noise && window.Movement > Rounding * window.StateNorm;

    /// <summary>What the verdict begins with: "finished", "healthy", …</summary>
    public static string State(TrainingReport report) => report.Verdict.Split(':')[0];

    /// <summary>"4 tensors, 1,234 parameters, 200 snapshots of steps 0 to 1990, every 10".</summary>
    public static string Run(TrainingReport report) =>
        $"{Plural(report.Tensors.Count, "tensor")}, {Plural(report.Parameters, "parameter")}, "
        + $"{Plural(report.Snapshots, "snapshot")} of steps {report.FirstStep} to {report.LastStep}"
        + (report.Stride > 1 ? $", every {report.Stride}" : "");

    /// <summary>What is still going to move, relative to the size of what there is.</summary>
    public static double Transient(Window window) =>
        window.StateNorm > 0 ? window.TransientMass / window.StateNorm : window.TransientMass;

    public static string Name(MarkKind kind) => kind switch
    {
        MarkKind.Stop => "stop",
        MarkKind.Plateau => "plateau",
        MarkKind.BadInitialisation => "bad start",
        MarkKind.Instability => "unstable",
        MarkKind.JumpKept => "jump kept",
        MarkKind.JumpRejected => "jump rejected",
        _ => "mark",
    };

    public static bool IsAlarming(MarkKind kind) =>
        kind is MarkKind.Plateau or MarkKind.BadInitialisation or MarkKind.Instability;

    /// <summary>A warning with its step, where it has one that its text does not name.</summary>
    public static string At(TrainingWarning warning) =>
        warning.Step > 0 && !warning.Text.Contains(
            warning.Step.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            ? $"step {warning.Step}: {warning.Text}"
            : warning.Text;

    /// <summary>How the run was judged; empty before it was.</summary>
    public static string Alarm(AlarmReport alarm)
    {
        if (!alarm.HasStep)
        {
            return "";
        }

        var basis = alarm.NullRuns > 0
            ? $"calibrated on {Plural(alarm.NullRuns, "good run")}"
                + (alarm.HasPValue ? $", p = {Numbers.Small(alarm.PValue)}" : "")
                + (alarm.HasFalseAlarmRate ? $", wrong for at most {Numbers.Percent(alarm.FalseAlarmRate)}" : "")
            : "not calibrated: --null names runs that are known to be good";
        var score = alarm.HasThreshold
            ? $" {(alarm.Raised ? "reaches" : "is below")} {Numbers.Small(alarm.Threshold)}"
            : alarm.Raised ? " raises the alarm" : " raises no alarm";
        return $"judged at step {alarm.Step}: score {Numbers.Small(alarm.Score)}{score}, {basis}";
    }

    public static string Backtest(Backtest backtest)
    {
        var ratio = backtest.ErrorToGrowth;
        var span = $"the last {Plural(backtest.Horizon, "snapshot")}, steps {backtest.FromStep} to {backtest.ToStep}";
        var meaning = !double.IsFinite(ratio) || ratio == 0
            ? "nothing moved that could be predicted"
            : ratio >= 1 ? "standing still is no worse, so that a forecast would say nothing"
            : ratio >= 0.5 ? "a forecast is little better than standing still"
            : "forecasts are worth trying";
        return $"{span}: the error is {Numbers.Small(ratio)} of the growth; {meaning}";
    }

    /// <summary>"0.9 ± 0.1i": one that stands for its conjugate, too.</summary>
    public static string Eigenvalue(Mode mode) => mode.Imaginary == 0
        ? OperatorTable.Digits(mode.Real, 4)
        : $"{OperatorTable.Digits(mode.Real, 4)} ± {OperatorTable.Digits(Math.Abs(mode.Imaginary), 4)}i";

    /// <summary>"0.9 + 0.1i".</summary>
    public static string OneEigenvalue(Mode mode) => mode.Imaginary == 0
        ? OperatorTable.Digits(mode.Real, 4)
        : $"{OperatorTable.Digits(mode.Real, 4)} {(mode.Imaginary < 0 ? "-" : "+")} "
            + $"{OperatorTable.Digits(Math.Abs(mode.Imaginary), 4)}i";

    /// <summary>Snapshots until a mode has decayed to 1/e, or has grown by e.</summary>
    public static string Decay(Mode mode) => mode.Decay switch
    {
        _ when double.IsNaN(mode.Decay) => "",
        _ when double.IsInfinity(mode.Decay) || Math.Abs(mode.Decay) > 1e6 => "at rest",
        < 0 => $"grows in {Numbers.Small(-mode.Decay)}",
        _ => Numbers.Small(mode.Decay),
    };

    public static string Plural(long count, string what) => $"{Numbers.Count(count)} {what}{(count == 1 ? "" : "s")}";
}
