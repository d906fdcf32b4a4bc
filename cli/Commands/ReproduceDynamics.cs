using KoopmanMesh.Cli.Output;
using KoopmanMesh.Experiments.Dynamics;
using KoopmanMesh.Numerics.LinearAlgebra;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh reproduce</c> for the experiments on training as a dynamical system.</summary>
internal static class ReproduceDynamics
{
    public static async Task<int> RunAsync(ReproduceDynamicsSettings settings, CancellationToken cancellationToken)
    {
        var folder = new ExperimentFolder(settings.Output);
        var (report, place) = await Task.Run(
            () => new ReproduceProgress(Terminal.Progress).Show(progress => ReproduceCommand.Try(settings.Output, () =>
            {
                var context = new ExperimentContext
                {
                    Seeds = settings.Seeds,
                    Store = folder.Seeds,
                    Algebra = LinearAlgebraProvider.Detect(null),
                    Mnist = settings.Mnist,
                    Progress = progress,
                };
                var found = settings.Experiment.Run(context, cancellationToken);
                return (found, folder.Write(settings.Experiment, found, settings.CommandLine));
            })),
            cancellationToken);
        Terminal.Output.WriteLine(report.Summary);
        Terminal.Output.WriteLine($"All tables and figures: {place}");
        return ExitCodes.Success;
    }
}
