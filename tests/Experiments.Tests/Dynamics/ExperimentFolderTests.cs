using KoopmanMesh.Experiments.Dynamics;
using KoopmanMesh.Experiments.Dynamics.Figures;

namespace KoopmanMesh.Experiments.Tests.Dynamics;

public sealed class ExperimentFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("experiment");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_Report_IsTextInOrderWithItsFiguresBesideIt()
    {
        var figure = new Figure { Title = "Loss", X = "epoch", Y = "loss", Series = [new Series("a", [0, 1], [1, 2])] };
        var report = new ExperimentReport(
            "Title", "What came out.",
            [new ReportSection("Setting", "A net."), new ReportSection(
                "Loss", "| a |", new Dictionary<string, Figure> { ["loss"] = figure })]);

        var place = new ExperimentFolder(_folder.FullName)
            .Write(new Named("spiral"), report, "koopmesh reproduce spiral");

        Assert.Equal(
            """
            # Title

            Written by `koopmesh reproduce spiral`.

            What came out.

            ## Setting

            A net.

            ## Loss

            | a |

            ![Loss](figures/spiral-loss.svg)

            """.ReplaceLineEndings("\n"),
            File.ReadAllText(place));
        Assert.Equal(
            FigureSvg.Write(figure), File.ReadAllText(Path.Combine(_folder.FullName, "figures", "spiral-loss.svg")));
    }

    [Fact]
    public void Seeds_FinishedOne_IsReadAndNotMadeAgain()
    {
        var result = new Result(3, [double.NaN, 0.1, double.PositiveInfinity]);
        new ExperimentFolder(_folder.FullName).Seeds.GetOrAdd("seed-3", () => result);

        var again = new ExperimentFolder(_folder.FullName).Seeds
            .GetOrAdd<Result>("seed-3", () => throw new InvalidOperationException("made again"));

        Assert.Equal(result.Seed, again.Seed);
        Assert.Equal(result.Losses, again.Losses);
    }

    [Fact]
    public void Seeds_OneThatFails_LeavesNothing()
    {
        var seeds = new ExperimentFolder(_folder.FullName).Seeds;

        Assert.Throws<OperationCanceledException>(
            () => seeds.GetOrAdd<Result>("seed-1", () => throw new OperationCanceledException()));

        Assert.Empty(_folder.GetFiles("*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Seeds_DamagedFile_IsNamedWithTheWayOut()
    {
        var file = Path.Combine(_folder.CreateSubdirectory("seeds").FullName, "seed-1.json");
        File.WriteAllText(file, "{");

        var error = Assert.Throws<InvalidDataException>(() => new ExperimentFolder(_folder.FullName).Seeds
            .GetOrAdd("seed-1", () => new Result(1, [])));

        Assert.StartsWith($"'{file}' is no result (", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("delete it to run this seed again", error.Message, StringComparison.Ordinal);
    }

    private sealed record Result(int Seed, double[] Losses);

    private sealed class Named(string name) : IExperiment
    {
        public string Name => name;

        public string Title => name;

        public bool NeedsMnist => false;

        public int DefaultSeeds => 1;

        public ExperimentReport Run(ExperimentContext context, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
