using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>forecast</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class ForecastArguments
{
    // Of protos/koopmanmesh/training/v1/training.proto.
    private const long MostSteps = 1_000_000_000;

    private readonly TrajectoryOptions _shared = new();
    private readonly AnalyzeArguments _data = new();

    public Option<long> Steps { get; } = new("--steps")
    {
        Description = "How far: as many snapshots ahead of the last one, each as long as those that came.",
        HelpName = "T",
        Required = true,
        Validators = { FitArguments.Within("--steps", 1, MostSteps) },
    };

    public Option<string?> Partition { get; } = new("--partition")
    {
        Description =
            "Which weights are predicted together: full, layer, quasi-layer:N nodes, node, patch:Q entries of a node's "
            + "row, or weight (default node; full for a plain array of parameters).",
        HelpName = "NAME",
    };

    public Option<double?> Clip { get; } = new("--clip")
    {
        Description = "Move eigenvalues beyond this modulus onto it, so that nothing explodes; or none (default 1).",
        HelpName = "MODULUS|none",
        CustomParser = ParseClip,
    };

    public Option<int> Rank { get; } = new("--rank")
    {
        Description = "Most directions of a block (default all above --tolerance).",
        HelpName = "N",
        Validators = { FitArguments.Within("--rank", 1, 4096) },
    };

    public Option<int> Snapshots { get; } = new("--snapshots")
    {
        Description = "Fit the last N snapshots only (default all).",
        HelpName = "N",
        Validators = { FitArguments.Within("--snapshots", 3, int.MaxValue) },
    };

    public Option<double?> Tolerance { get; } = new("--tolerance")
    {
        Description = "Keep directions above this share of a block's largest (default 1e-10; 1e-6 for float32).",
        HelpName = "SHARE",
        CustomParser = result => FitArguments.ParseNumber(
            result, "--tolerance", value => value is >= 0 and < 1, "a number of at least 0 and below 1"),
    };

    public Option<int> Delays { get; } = new("--delays")
    {
        Description = "Snapshots stacked in one, newest first (default 1).",
        HelpName = "N",
        Validators = { FitArguments.Within("--delays", 1, 64) },
    };

    public Option<bool> NoConstant { get; } = new("--no-constant")
    {
        Description = "Leave out the constant: for weights that are known to tend to zero.",
    };

    public Option<string?> Model { get; } = new("--model")
    {
        Description = "The network that is trained, an ONNX file whose initializers have the tensors' names: the "
            + "predicted weights are tried in it, against the last ones.",
        HelpName = "FILE",
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "Rows to try the weights on: IDX, NPY or CSV, also gzipped.",
        HelpName = "FILE",
    };

    public Option<string> Output { get; } = new("--output")
    {
        Description = "Where the predicted weights go, a safetensors file with the run's tensors.",
        HelpName = "FILE",
        Required = true,
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_shared.Run);
        Option[] options =
        [
            Steps, Partition, Delays, NoConstant, Tolerance, Clip, Rank, Snapshots, Model, Data, _data.Labels,
            _data.ScaleBy, _data.Layout, _data.Limit, _data.LabelColumn, Output, _shared.Json, .. _shared.Endpoint.All,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetResult(Model) is null != result.GetResult(Data) is null)
            {
                result.AddError("--model and --data are given together, or neither is");
            }
        });
    }

    public ForecastSettings Bind(ParseResult result) => new()
    {
        Run = result.GetRequiredValue(_shared.Run),
        Steps = result.GetValue(Steps),
        Options = BindOptions(result),
        Model = result.GetValue(Model),
        Data = result.GetValue(Data),
        Labels = result.GetValue(_data.Labels),
        DataOptions = _data.BindData(result),
        Output = result.GetRequiredValue(Output),
        Json = result.GetValue(_shared.Json),
        Endpoint = _shared.Endpoint.Bind(result),
    };

    private static double? ParseClip(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text == "none")
        {
            return double.PositiveInfinity;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) && value > 0)
        {
            return value;
        }

        result.AddError($"--clip got '{text}'; expected a number above 0, or none");
        return null;
    }

    private ForecastOptions BindOptions(ParseResult result)
    {
        var options = new ForecastOptions
        {
            Partition = result.GetValue(Partition) ?? "",
            NoConstant = result.GetValue(NoConstant),
            Delays = result.GetValue(Delays),
            Rank = result.GetValue(Rank),
            Snapshots = result.GetValue(Snapshots),
        };
        if (result.GetValue(Tolerance) is { } tolerance)
        {
            options.RelativeTolerance = tolerance;
        }

        if (result.GetValue(Clip) is { } clip)
        {
            options.Clip = clip;
        }

        return options;
    }
}
