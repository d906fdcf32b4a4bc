using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Scaling;
using KoopmanMesh.Cli.Scaling.Model;
using KoopmanMesh.Cli.Up;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>scale</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class ScaleArguments
{
    private const int MostPredicted = 1_000_000;
    private const long MostRows = 1_000_000_000_000_000;

    private readonly AnalyzeArguments _analysis = new();

    public Option<IReadOnlyList<int>> Replicas { get; } = new("--replicas")
    {
        Description = "How many replicas, one mesh each, in any order (default 1,2).",
        HelpName = "N,N,…",
        CustomParser = result => ScaleValues.Numbers(result, "--replicas", MostPredicted).ConvertAll(n => (int)n),
        DefaultValueFactory = _ => [1, 2],
    };

    public Option<IReadOnlyList<long>> Rows { get; } = new("--rows")
    {
        Description = "Rows of the jobs, one curve each (default 10000); with --weak for each replica.",
        HelpName = "N,N,…",
        CustomParser = result => ScaleValues.Numbers(result, "--rows", MostRows),
        DefaultValueFactory = _ => [10_000],
    };

    public Option<string> Role { get; } = new Option<string>("--role")
    {
        Description = "What gets replicas (default both); the rest has one.",
        HelpName = "capture|koopman|both",
        DefaultValueFactory = _ => "both",
    }.AcceptOnlyFromAmong("capture", "koopman", "both");

    public Option<bool> Weak { get; } = new("--weak")
    {
        Description = "Let the job grow with the replicas; otherwise it stays the same.",
    };

    public Option<int> Repeats { get; } = new("--repeats")
    {
        Description = "Runs of each point, the meshes in turn (default 3); their median counts.",
        HelpName = "N",
        DefaultValueFactory = _ => 3,
        Validators = { FitArguments.Within("--repeats", 1, 100) },
    };

    public Option<string?> Model { get; } = new("--model")
    {
        Description = "The network, an ONNX file, with --data; otherwise a demo network with random weights and rows.",
        HelpName = "FILE",
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "Its rows: IDX, NPY or CSV, also gzipped; as many as the largest job needs.",
        HelpName = "FILE",
    };

    public Option<IReadOnlyList<int>> Demo { get; } = new("--demo")
    {
        Description = $"Widths of the demo network (default {string.Join(',', DemoNetwork.DefaultWidths)}).",
        HelpName = "N,N,…",
        CustomParser = ScaleValues.Widths,
        DefaultValueFactory = _ => DemoNetwork.DefaultWidths,
    };

    public Option<long> ShardRows { get; } = new("--shard-rows")
    {
        Description = $"Rows of a shard (default: {ScaleJob.ShardsPerReplica} shards for each of the most replicas).",
        HelpName = "N",
        Validators = { FitArguments.Within("--shard-rows", 1, MostRows) },
    };

    public Option<bool> Predict { get; } = new("--predict")
    {
        Description =
            "Start nothing: say what the model of docs/scaling.md says of --demo's widths on meshes of any size.",
    };

    public Option<int> ShardsInFlight { get; } = new("--shards-in-flight")
    {
        Description = "With --predict: Work:ShardsInFlight of the mesh (default 8).",
        HelpName = "N",
        Validators = { FitArguments.Within("--shards-in-flight", 1, 1_000_000) },
    };

    public Option<int> Cores { get; } = new("--cores")
    {
        Description = "With --predict: cores that all replicas share (default: each has one of its own).",
        HelpName = "N",
        Validators = { FitArguments.Within("--cores", 1, 1_000_000) },
    };

    public Option<double?> Volume { get; } = new("--volume")
    {
        Description = "With --predict: bandwidth of the volume that holds the artifacts (default 1.25, 10 Gbit/s).",
        HelpName = "GB/S",
        CustomParser = result => FitArguments.ParseNumber(result, "--volume", value => value > 0, "a number above 0"),
    };

    public Option<Uri[]> Endpoints { get; } = new("--endpoint")
    {
        Description =
            "Running meshes to measure, one for each number of --replicas and in their order, instead of starting "
            + "them here.",
        HelpName = "URL",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = ScaleValues.Addresses,
    };

    public Option<string?> Sidecar { get; } = new("--sidecar")
    {
        Description = "The sidecar of the meshes started here, as of koopmesh up (default daprd from PATH).",
        HelpName = "PROGRAM",
    };

    public Option<string> Output { get; } = new("--out")
    {
        Description = "The folder for scale.json and scale.html (default koopmesh-report; none with --json).",
        HelpName = "DIR",
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print what was found as JSON on standard output, and nothing else.",
    };

    public void AddTo(Command command)
    {
        Option[] options =
        [
            Replicas, Rows, Role, Weak, Repeats, Model, Data, Demo, _analysis.ScaleBy, _analysis.Layout,
            _analysis.LabelColumn, .. _analysis.OfAnalysis, ShardRows, Predict, ShardsInFlight, Cores, Volume, Endpoints,
            .. _analysis.Endpoint.All.Where(option => option != _analysis.Endpoint.Address), Sidecar, Output, Json,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(Check);
    }

    public ScaleSettings Bind(ParseResult result) => new()
    {
        Replicas = result.GetRequiredValue(Replicas),
        Rows = result.GetRequiredValue(Rows),
        Role = Enum.Parse<ScaleRole>(result.GetRequiredValue(Role), ignoreCase: true),
        Weak = result.GetValue(Weak),
        Repeats = result.GetValue(Repeats),
        Model = result.GetValue(Model),
        Data = result.GetValue(Data),
        DemoWidths = result.GetRequiredValue(Demo),
        DataOptions = _analysis.BindData(result),
        Options = _analysis.BindOptions(result),
        ShardRows = result.GetValue(ShardRows),
        Predict = result.GetValue(Predict),
        ShardsInFlight = result.GetValue(ShardsInFlight),
        Cores = result.GetValue(Cores),
        VolumeGigabytes = result.GetValue(Volume) ?? 0,
        Endpoints = Meshes(result),
        Sidecar = result.GetValue(Sidecar),
        Output = result.GetValue(Output),
        Json = result.GetValue(Json),
    };

    private MeshEndpoint[] Meshes(ParseResult result)
    {
        if (result.GetValue(Endpoints) is { Length: > 0 } addresses)
        {
            return [.. addresses.Select(address => _analysis.Endpoint.Bind(result, address))];
        }

        // Certificates and tokens without a mesh that they are for are a mistake, of which it complains.
        _ = _analysis.Endpoint.Bind(result);
        return [];
    }

    private void Check(CommandResult result)
    {
        if (result.GetResult(Model) is null != result.GetResult(Data) is null)
        {
            result.AddError("of --model and --data one was given; they go together");
        }

        if (result.GetResult(Model) is not null && result.GetResult(Demo) is { Implicit: false })
        {
            result.AddError("--demo was given with --model, which takes its place");
        }

        if (result.GetResult(Predict) is null)
        {
            CheckMeasured(result);
        }
        else if (result.GetResult(Model) is not null)
        {
            result.AddError("--model was given with --predict, which knows networks by --demo's widths only");
        }

        if (result.GetResult(Endpoints) is { } endpoints)
        {
            CheckEndpoints(result, endpoints.Tokens.Count);
        }
    }

    private void CheckMeasured(CommandResult result)
    {
        foreach (var option in new Option[] { ShardsInFlight, Cores, Volume })
        {
            if (result.GetResult(option) is not null)
            {
                result.AddError($"{option.Name} was given without --predict; a mesh has its own");
            }
        }

        if (Texts(result, Replicas).Any(static part => int.TryParse(
            part, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > ReplicaCounts.Most))
        {
            result.AddError($"--replicas got more than {ReplicaCounts.Most}, which only --predict takes");
        }
    }

    private void CheckEndpoints(CommandResult result, int meshes)
    {
        if (result.GetResult(Sidecar) is not null)
        {
            result.AddError("--sidecar was given with --endpoint, but no mesh is started then");
        }

        var replicas = Texts(result, Replicas).Length;
        if (replicas != meshes)
        {
            result.AddError(
                $"--endpoint names {meshes} meshes and --replicas {replicas} numbers; "
                + "each mesh needs its number of replicas");
        }
    }

    // As they were written; none where the option was not.
    private static string[] Texts(CommandResult result, Option option) =>
        result.GetResult(option) is { Implicit: false, Tokens: [var token, ..] } ? token.Value.Split(',') : [];
}
