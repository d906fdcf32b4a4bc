using KoopmanMesh.Networks.Execution;

namespace KoopmanMesh.Networks.Tests;

/// <summary>Seeded rows, and runs that are independent of the code under test.</summary>
internal static class TestRows
{
    public static float[] Uniform(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    public static float[] Normal(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }

    /// <summary>The file as it came (constants among its inputs aside), in ONNX Runtime, one run.</summary>
    public static float[] RunFile(byte[] file, float[] values, params long[] shape)
    {
        var model = Onnx.ModelProto.Parser.ParseFrom(file);
        var constants = model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        foreach (var listed in model.Graph.Input.Where(info => constants.Contains(info.Name)).ToList())
        {
            model.Graph.Input.Remove(listed);
        }

        var output = model.Graph.Output[0].Name;
        using var probe = new GraphProbe(model, [output]);
        return probe.Run(values, shape)[output].Values;
    }

    public static float[] Run(NetworkModel model, float[] rows)
    {
        using var session = new NetworkSession(model, new NetworkSessionOptions { Threads = 1 });
        return session.Run(rows, rows.Length / model.Input.Width,
            TestContext.Current.CancellationToken).Output.ToArray();
    }

    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance = 1e-5)
    {
        var difference = TensorDifference.Between(expected, actual);
        Assert.True(difference.MaximumRelative <= tolerance, $"differ by {difference.MaximumRelative:0.0e0} relative");
    }
}
