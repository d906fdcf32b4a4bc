using System.CommandLine;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Experiments.Running;
using KoopmanMesh.Experiments.Tables;
using KoopmanMesh.Networks.Data;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh reproduce yin-yang|mnist</c>: the experiments of 2409.01308.</summary>
internal static class ReproduceCommand
{
    public static Command Create()
    {
        var command = new Command(
            "reproduce",
            """
            Repeats the experiments of 2409.01308: trains its networks, replaces one nonlinear layer by a linear
            operator on delay coordinates, and puts the published accuracies beside the measured ones. A seed that is
            done is kept in the folder and not run again. MNIST takes about five minutes a seed on two cores, Yin-Yang
            about one.

            Try:  koopmesh reproduce yin-yang --output yin-yang
                  koopmesh reproduce mnist --data mnist --output results --seeds 1
            """);
        var arguments = new ReproduceArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(ReproduceSettings settings, CancellationToken cancellationToken)
    {
        var folder = new ReproductionFolder(settings.Output);
        var algebra = LinearAlgebraProvider.Detect(null);
        var reproduction = new Reproduction(settings.Recipe, settings.Options, folder, algebra);
        var progress = new ReproduceProgress(Terminal.Progress, settings.Options.Seeds);
        var results = await Task.Run(
            () => progress.Show(p => Try(settings, () => reproduction.Run(() => Data(settings), p, cancellationToken))),
            cancellationToken);
        var text = ReproductionReport.Write(settings.Recipe, results, settings.CommandLine);
        Try(settings, () =>
        {
            folder.Save("reproduction.md", text);
            return true;
        });
        Terminal.Output.WriteLine(ReproductionReport.Summary(settings.Recipe, results));
        Terminal.Output.WriteLine($"All tables: {Path.Combine(settings.Output, "reproduction.md")}");
        return ExitCodes.Success;
    }

    private static ReproductionData Data(ReproduceSettings settings) =>
        settings.Data is { } folder ? MnistData.Read(folder) : YinYangData.Sample();

    private static T Try<T>(ReproduceSettings settings, Func<T> run)
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
                $"the results can't be written to '{settings.Output}': {e.Message}; name another folder with --output",
                e);
        }
    }
}
