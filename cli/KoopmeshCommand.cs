using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using KoopmanMesh.Cli.Commands;

namespace KoopmanMesh.Cli;

/// <summary>The command line as a whole.</summary>
internal static class KoopmeshCommand
{
    private const string Description =
        """
        KoopmanMesh analyses neural networks as dynamical systems. Of a trained one it tells which components deserve
        credit for the output, and which a linear operator can replace at what bounded error; of one in training,
        whether the run is healthy, finished or prunable, and where its weights will be. And it fits Koopman operators
        to any data.

        Try:  koopmesh demo
              koopmesh analyze model.onnx --data images.idx.gz --labels labels.idx.gz --scale 1/255
              koopmesh replace model.onnx --data rows.csv --output hybrid.onnx
              koopmesh fit trajectory.npy --output op.safetensors
              koopmesh trajectory checkpoints/ --losses log.csv --output report

        Exit codes: 0 done, 1 internal fault, 2 usage, 3 bad input, 4 unsupported model, 5 analysis failed,
        6 environment (disk, port, library, certificate), 7 endpoint unreachable, 8 refused by it (certificate, token),
        130 cancelled.
        """;

    public static RootCommand Create()
    {
        var groups = Groups();
        var root = new RootCommand(Description);
        foreach (var (command, _) in groups.SelectMany(group => group.Commands))
        {
            root.Add(command);
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new RootHelp((SynchronousCommandLineAction)help.Action!, groups);
        return root;
    }

    /// <summary>All commands.</summary>
    public static IReadOnlyList<CommandGroup> Groups() =>
    [
        new("First steps",
        [
            (DemoCommand.Create(), "Train a small network, export it to ONNX, analyse it and write a report"),
            (ServeCommand.Create(), "All services in one process, for --endpoint and the Python client"),
            (UpCommand.Create(), "All services as processes with replicas, as in a cluster"),
        ]),
        new("Runs of a mesh",
        [
            (RunsCommand.Create(), "Which runs there are, and how far they are"),
            (RunCommand.Create(), "One run: its work, who does it, retries and errors"),
            (TraceCommand.Create(), "Where a run's time went, as a waterfall"),
            (ScaleCommand.Create(), "What replicas do for a job: speed-up, shares, percentiles"),
            (GcCommand.Create(), "Delete what no recent run needs from a data folder"),
        ]),
        new("A trained network",
        [
            (ComponentsCommand.Create(), "Its components: name, operators, shapes, parameters"),
            (AnalyzeCommand.Create(), "Credit for every component, with intervals, audit and a report"),
            (ReplaceCommand.Create(), "Replace components by linear operators, and write the hybrid"),
            (BoundCommand.Create(), "Prove how far two networks can be apart on a box of inputs"),
            (HandOffCommand.Create(), "Write what a verifier needs to prove that a hybrid stays near"),
            (HandOffReplayCommand.Create(), "Run a verifier's counterexample through both networks"),
        ]),
        new("A network in training",
        [
            (TrajectoryCommand.Create(), "From checkpoints: is the run healthy, finished, stalled, unstable?"),
            (ForecastCommand.Create(), "Predict its weights, and try them in the network"),
            (PruneCommand.Create(), "Masks of the weights it can do without"),
            (CompareCommand.Create(), "Do two trainings behave alike, or apart by more than chance?"),
            (DepthCommand.Create(), "How many near-identity layers a map needs: advice"),
        ]),
        new("Any data",
        [
            (FitCommand.Create(), "Fit a Koopman operator to snapshots, and show its eigenvalues"),
            (PredictCommand.Create(), "Predict with a fitted operator"),
            (MethodsCommand.Create(), "The methods of fit, and the options of one"),
        ]),
        new("Papers",
        [
            (ReproduceCommand.Create(), "Repeat a published experiment, and report it beside what was published"),
        ]),
    ];
}
