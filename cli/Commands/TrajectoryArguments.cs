using System.CommandLine;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>trajectory</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class TrajectoryArguments
{
    private const int MostBacktest = 30_000;

    private readonly TrajectoryOptions _shared = new();

    public Option<string> Observable { get; } = new Option<string>("--observable")
    {
        Description =
            "What of a snapshot is looked at: its weights, each layer on its own too, the norm of every tensor, or the "
            + "losses and accuracy.",
        HelpName = "weights|layers|norms|scalars",
        DefaultValueFactory = _ => "weights",
    }.AcceptOnlyFromAmong("weights", "layers", "norms", "scalars");

    public Option<string[]> Null { get; } = new("--null")
    {
        Description = "Runs that are known to be good: the alarm on bad initialisations is calibrated on them.",
        HelpName = "RUN",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<double?> FalseAlarms { get; } = new("--false-alarms")
    {
        Description =
            "Fraction of good runs that may be called bad (default 0.05; needs 1/FRACTION - 1 runs of --null).",
        HelpName = "FRACTION",
        CustomParser = result => FitArguments.ParseNumber(
            result, "--false-alarms", value => value is > 0 and < 1, "a fraction above 0 and below 1"),
    };

    public Option<long> Planned { get; } = new("--planned")
    {
        Description = "Snapshots the whole training was to have: the alarm judges after a tenth (default: after 15).",
        HelpName = "N",
        Validators = { FitArguments.Within("--planned", 1, 1_000_000_000) },
    };

    public Option<int?> Backtest { get; } = new("--backtest")
    {
        Description = "Predict the last N snapshots from those before (default half a window; 0 for none).",
        HelpName = "N",
        Validators = { FitArguments.Within("--backtest", 0, MostBacktest) },
    };

    public Option<string?> Output { get; } = new("--output")
    {
        Description = "The folder for report.json and report.html, a page to look at.",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_shared.Run);
        Option[] options =
        [
            Observable, _shared.Losses, .. _shared.Windows, Null, FalseAlarms, Planned, Backtest, Output, _shared.Json,
            .. _shared.Endpoint.All,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    public TrajectorySettings Bind(ParseResult result)
    {
        var alarm = new AlarmOptions();
        if (result.GetValue(FalseAlarms) is { } rate)
        {
            alarm.FalseAlarmRate = rate;
        }

        return new TrajectorySettings
        {
            Run = result.GetRequiredValue(_shared.Run),
            Losses = result.GetValue(_shared.Losses),
            NullRuns = result.GetValue(Null) ?? [],
            Header = new TrainingHeader
            {
                Observable = ToObservable(result.GetValue(Observable)),
                Window = _shared.BindWindow(result),
                Alarm = alarm,
                PlannedSnapshots = result.GetValue(Planned),

                // On the wire zero means "the default".
                Backtest = result.GetValue(Backtest) switch { null => 0, 0 => -1, var count => count.Value },
            },
            Output = result.GetValue(Output),
            Json = result.GetValue(_shared.Json),
            Endpoint = _shared.Endpoint.Bind(result),
        };
    }

    private static Observable ToObservable(string? text) => text switch
    {
        "layers" => Training.V1.Observable.Layers,
        "norms" => Training.V1.Observable.Norms,
        "scalars" => Training.V1.Observable.Scalars,
        _ => Training.V1.Observable.Weights,
    };
}
