using System.CommandLine;
using KoopmanMesh.Cli.Commands;

namespace KoopmanMesh.Cli;

/// <summary>The command line as a whole.</summary>
internal static class KoopmeshCommand
{
    public static RootCommand Create() => new(
        """
        KoopmanMesh analyses trained neural networks as dynamical systems: which component of an ONNX network
        deserves how much credit for its output, with confidence intervals and an audit that says whether to believe
        it; and which components a linear operator can replace, at what bounded error. And it fits Koopman operators
        to any data: eigenvalues, modes and predictions of a trajectory. And it watches a network train: whether the run is
        healthy, finished or prunable, and where its weights will be.

        Try:  koopmesh demo
              koopmesh components model.onnx
              koopmesh analyze model.onnx --data images.idx.gz --labels labels.idx.gz --scale 1/255
              koopmesh replace model.onnx --data rows.csv --output hybrid.onnx
              koopmesh handoff model.onnx hybrid.onnx --box 0..1 --epsilon 0.1 --output handoff
              koopmesh bound model.onnx hybrid.onnx --box 0..1
              koopmesh fit trajectory.npy --output op.safetensors
              koopmesh predict op.safetensors --from x0.npy --steps 100 --output future.npy
              koopmesh trajectory checkpoints/ --losses log.csv --output report
              koopmesh forecast checkpoints/ --steps 50 --output weights.safetensors

        Exit codes: 0 done, 1 internal fault, 2 usage, 3 bad input, 4 unsupported model, 5 analysis failed,
        6 environment (disk, port, library), 7 endpoint unreachable, 130 cancelled.
        """)
    {
        AnalyzeCommand.Create(),
        BoundCommand.Create(),
        CompareCommand.Create(),
        ComponentsCommand.Create(),
        DemoCommand.Create(),
        DepthCommand.Create(),
        FitCommand.Create(),
        ForecastCommand.Create(),
        HandOffCommand.Create(),
        HandOffReplayCommand.Create(),
        MethodsCommand.Create(),
        PredictCommand.Create(),
        PruneCommand.Create(),
        ReplaceCommand.Create(),
        ReproduceCommand.Create(),
        ServeCommand.Create(),
        TrajectoryCommand.Create(),
    };
}
