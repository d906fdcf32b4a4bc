using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Tests.Recipes;

public sealed class RecipeTests
{
    [Fact]
    public void Recipes_Widths_MakeThePublishedNumbersOfParameters()
    {
        Assert.Equal(129, Parameters(ReproductionRecipe.YinYang));
        Assert.Equal(244_522, Parameters(ReproductionRecipe.Mnist));

        static int Parameters(ReproductionRecipe recipe) =>
            new DenseNetwork<float>(recipe.Widths, 1).Parameters.Length;
    }

    [Fact]
    public void Published_Cells_AreEachGivenOnceAndOfTheRecipe()
    {
        foreach (var recipe in (ReproductionRecipe[])[ReproductionRecipe.YinYang, ReproductionRecipe.Mnist])
        {
            var cells = recipe.Published.Cells;
            Assert.Equal(cells.Count, cells.Select(c => c with { Accuracy = 0 }).Distinct().Count());
            Assert.All(cells, c => Assert.Contains(c.Trajectories, recipe.TrajectoryCounts));
        }

        Assert.Equal(0.9591, ReproductionRecipe.Mnist.Published.Find(5, 500, 7));
        Assert.Null(ReproductionRecipe.Mnist.Published.Find(5, 500, 4));
    }

    [Fact]
    public void YinYangData_PublishedTest_IsAmongTheTrajectoriesAndTheCorrectedIsNot()
    {
        var data = YinYangData.Sample();
        var pool = Points(data.Pool).ToHashSet();

        Assert.All(Points(data.PublishedTest), p => Assert.Contains(p, pool));
        Assert.DoesNotContain(Points(data.CorrectedTest), pool.Contains);
        Assert.DoesNotContain(Points(data.CorrectedTest), Points(data.Training).ToHashSet().Contains);

        static IEnumerable<(double, double)> Points(LabelledData rows) =>
            Enumerable.Range(0, rows.Rows).Select(i => (rows.Values.Span[2 * i], rows.Values.Span[(2 * i) + 1]));
    }

    [Fact]
    public void MnistData_FolderWithoutIt_NamesTheFile()
    {
        var error = Assert.Throws<FileNotFoundException>(() => MnistData.Read("/nowhere"));

        Assert.Equal("'/nowhere' holds no train-images-idx3-ubyte.gz, which is part of MNIST", error.Message);
    }

    [Fact]
    public void MnistData_RawPixels_AreWhatThePublishedTrajectoriesSee()
    {
        // Two images of one grey each: 0 and 255, plain files.
        var folder = Directory.CreateTempSubdirectory("mnist");
        foreach (var part in new[] { "train", "t10k" })
        {
            File.WriteAllBytes(
                Path.Combine(folder.FullName, $"{part}-images-idx3-ubyte"),
                [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28,
                    .. Enumerable.Repeat((byte)0, 784), .. Enumerable.Repeat((byte)255, 784)]);
            File.WriteAllBytes(
                Path.Combine(folder.FullName, $"{part}-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 2, 3, 9]);
        }

        var data = MnistData.Read(folder.FullName);
        folder.Delete(recursive: true);

        var (factor, offset) = data.PublishedPixels;
        Assert.Equal(-0.1307 / 0.3081, data.Training.Values.Span[0], 1e-12);
        Assert.Equal((1 - 0.1307) / 0.3081, data.Training.Values.Span[784], 1e-12);
        Assert.Equal(0, (factor * data.Pool.Values.Span[0]) + offset, 1e-9);
        Assert.Equal(255, (factor * data.Pool.Values.Span[784]) + offset, 1e-9);
        Assert.Equal([3, 9], data.PublishedTest.Labels.ToArray());
    }
}
