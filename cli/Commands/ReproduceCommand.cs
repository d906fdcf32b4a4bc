using System.CommandLine;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Experiments.Dynamics;
using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Experiments.Running;
using KoopmanMesh.Experiments.Tables;
using KoopmanMesh.Networks.Data;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary>
/// <c>koopmesh reproduce NAME</c>: the experiments of 2409.01308 (yin-yang, mnist), and those on training as a
/// dynamical system.
/// </summary>
internal static class ReproduceCommand
{
    public static Command Create()
    {
        var experiments = string.Join('\n', ExperimentCatalogue.All.Select(e => $"  {e.Name,-16}{e.Title}"));
        var command = new Command(
            "reproduce",
            $"""
            Repeats an experiment of the papers that KoopmanMesh implements, and reports what came out beside what was
            published. A seed that is done is kept in the folder and not run again.

              {"yin-yang",-16}2409.01308: a layer of a network replaced by a linear operator, about a minute a seed
              {"mnist",-16}the same on MNIST, about five minutes a seed
            {experiments}

            Try:  koopmesh reproduce yin-yang --output yin-yang
                  koopmesh reproduce mnist --data mnist --output results --seeds 1
            """);
        var arguments = new ReproduceArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => arguments.BindDynamics(result) is { } dynamics
            ? ReproduceDynamics.RunAsync(dynamics, cancellationToken)
            : RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(ReproduceSettings settings, CancellationToken cancellationToken)
    {
        var folder = new ReproductionFolder(settings.Output);
        var algebra = LinearAlgebraProvider.Detect(null);
        var reproduction = new Reproduction(settings.Recipe, settings.Options, folder, algebra);
        var progress = new ReproduceProgress(Terminal.Progress);
        var seeds = settings.Options.Seeds;
        var results = await Task.Run(
            () => progress.Show(p => Try(
                settings.Output,
                () => reproduction.Run(() => Data(settings), new Stages(p, seeds), cancellationToken))),
            cancellationToken);
        var text = ReproductionReport.Write(settings.Recipe, results, settings.CommandLine);
        Try(settings.Output, () =>
        {
            folder.Save("reproduction.md", text);
            return true;
        });
        Terminal.Output.WriteLine(ReproductionReport.Summary(settings.Recipe, results));
        Terminal.Output.WriteLine($"All tables: {Path.Combine(settings.Output, "reproduction.md")}");
        return ExitCodes.Success;
    }

    /// <summary>Runs what may fail by its data, its training or the disk.</summary>
    public static T Try<T>(string output, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is DataFormatException or InvalidDataException or FileNotFoundException)
        {
            throw new CliException(ExitCodes.BadInput, e.Message, e);
        }
        catch (TrainingDivergedException e)
        {
            throw new CliException(ExitCodes.AnalysisFailed, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCodes.Environment,
                $"the results can't be written to '{output}': {e.Message}; name another folder with --output",
                e);
        }
    }

    private static ReproductionData Data(ReproduceSettings settings) =>
        settings.Data is { } folder ? MnistData.Read(folder) : YinYangData.Sample();

    private sealed class Stages(IProgress<(double, string)> progress, int seeds) : IProgress<SeedProgress>
    {
        public void Report(SeedProgress value) =>
            progress.Report((value.Fraction, $"seed {value.Seed} of {seeds}: {value.Stage}"));
    }
}
