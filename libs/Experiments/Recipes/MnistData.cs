using System.Numerics.Tensors;

using KoopmanMesh.Networks.Data;
using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Recipes;

/// <summary>Reads MNIST from a folder and normalises it (methods P2.2).</summary>
public static class MnistData
{
    private const int Pixels = 784;
    private const int Classes = 10;
    private const double Mean = 0.1307;
    private const double Deviation = 0.3081;
    private const double White = 255;

    /// <summary>
    /// The four IDX files under their own names, each gzipped (with .gz) or not. Pixels become (p / 255 - 0.1307) /
    /// 0.3081; the published trajectories are of p itself (methods P2.8.2).
    /// </summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="DataFormatException">A file is not what its name says.</exception>
    public static ReproductionData Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string[] files =
        [
            .. new[] { "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                "t10k-labels-idx1-ubyte" }.Select(name => Find(folder, name)),
        ];
        var train = Rows(files[0], files[1]);
        var test = Rows(files[2], files[3]);
        return new ReproductionData
        {
            Training = train,
            Scaling = train,
            Pool = train,
            PublishedTest = test,
            CorrectedTest = test,
            PublishedPixels = (White * Deviation, White * Mean),
        };
    }

    private static string Find(string folder, string name)
    {
        var plain = Path.Combine(folder, name);
        return File.Exists($"{plain}.gz") ? $"{plain}.gz"
            : File.Exists(plain) ? plain
            : throw new FileNotFoundException($"'{folder}' holds no {name}.gz, which is part of MNIST", plain);
    }

    private static LabelledData Rows(string images, string labels)
    {
        var data = DataSet.Open(images, new DataSetOptions { Scale = 1 / White });
        if (data.RowSize != Pixels)
        {
            throw new DataFormatException(
                $"'{images}' has rows of {data.RowSize} numbers, expected images of {Pixels} pixels");
        }

        var classes = LabelReader.Read(labels, Classes);
        if (classes.Length != data.Rows)
        {
            throw new DataFormatException($"'{images}' has {data.Rows} rows, '{labels}' {classes.Length} labels");
        }

        var values = new double[checked(classes.Length * Pixels)];
        var block = new float[4_096 * Pixels];
        using var reader = data.OpenReader();
        for (int done = 0, count; (count = reader.Read(block) * Pixels) > 0; done += count)
        {
            var part = values.AsSpan(done, count);
            TensorPrimitives.ConvertTruncating(block.AsSpan(0, count), part);
            TensorPrimitives.Subtract(part, Mean, part);
            TensorPrimitives.Divide(part, Deviation, part);
        }

        return new LabelledData(values, Pixels, classes);
    }
}
