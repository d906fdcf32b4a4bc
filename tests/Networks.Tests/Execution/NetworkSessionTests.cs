using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Execution;

namespace KoopmanMesh.Networks.Tests.Execution;

public sealed class NetworkSessionTests
{
    [Fact]
    public void Run_DifferentCounts_ReusesItsBuffers()
    {
        var model = Doubler(-1).Load();
        using var session = new NetworkSession(model);

        foreach (var count in new[] { 3, 1, 3, 5, 2 })
        {
            var rows = TestRows.Normal(2 * count, seed: count);
            var batch = session.Run(rows, count, TestContext.Current.CancellationToken);
            Assert.Equal(count, batch.Count);
            Assert.Equal(rows.Select(value => 2 * value), batch.Output.ToArray());
        }
    }

    [Fact]
    public void Run_SameCountAgain_AllocatesNoBuffers()
    {
        var model = Catalogue.Load("marabou/mnist5x20_leaky_relu.onnx");
        using var session = new NetworkSession(model, new NetworkSessionOptions { Threads = 1 });
        var rows = TestRows.Uniform(784 * 500, seed: 1);
        session.Run(rows, 500, TestContext.Current.CancellationToken);

        var before = GC.GetAllocatedBytesForCurrentThread();
        session.Run(rows, 500, TestContext.Current.CancellationToken);

        // 500 rows of output are 20,000 bytes: what is allocated are handles, not tensors.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000);
    }

    [Fact]
    public void Run_WrongNumberOfValues_SaysBoth()
    {
        using var session = new NetworkSession(Doubler(-1).Load());

        var exception = Assert.Throws<ArgumentException>(
            () => session.Run(new float[5], 3, TestContext.Current.CancellationToken));

        Assert.Contains("3 rows of 'built' are 3 x 2 values; got 5.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Cancelled_Stops()
    {
        using var session = new NetworkSession(Doubler(-1).Load());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Assert.Throws<OperationCanceledException>(() => session.Run(new float[2], 1, cancelled.Token));
    }

    [Fact]
    public void Run_RowByRow_ReturnsProbesOfEveryRow()
    {
        var model = new GraphBuilder().Input("x", 1, 3).Output("y", 1, 3).Integers("axis", 1)
            .Node("Neg", "x", "a").Node("CumSum", "a axis", "y").Load();
        using var session = new NetworkSession(model, new NetworkSessionOptions { Probes = ["a", "x"] });

        var batch = session.Run(new float[] { 1, 2, 3, 4, 5, 6 }, 2, TestContext.Current.CancellationToken);

        Assert.Equal(Batching.RowByRow, model.Batching);
        Assert.Equal([-1, -3, -6, -4, -9, -15], batch.Output.ToArray());
        Assert.Equal([-1, -2, -3, -4, -5, -6], batch["a"].ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], batch["x"].ToArray());
        Assert.Throws<ArgumentException>(() => batch["b"]);
    }

    [Fact]
    public void Capture_KnowsEveryBoundary()
    {
        var chain = ComponentFinder.Find(Catalogue.Load("marabou/self-attention-mnist-pgd-medium-sim.onnx"));
        using var network = new ProbedNetwork(chain, threads: 1);
        var rows = TestRows.Uniform(784 * 6, seed: 2);

        var batch = network.Capture(rows, 6, TestContext.Current.CancellationToken);

        Assert.All(chain.Boundaries, layout => Assert.Equal(6 * layout.Width, batch[layout.Name].Length));
    }

    [Theory]
    [InlineData(new float[] { 1, 2 }, new float[] { 1, 2 }, 0, 0, true)]
    [InlineData(new float[] { 1, -4 }, new float[] { 1.5f, -4 }, 0.5, 0.125, false)]
    [InlineData(new float[] { float.NaN, 1 }, new float[] { float.NaN, 1 }, 0, 0, true)]
    [InlineData(new float[] { float.NaN, 1 }, new float[] { 1, 1 }, double.PositiveInfinity, double.PositiveInfinity,
        false)]
    public void Difference_OfTwoTensors_IsTheLargest(
        float[] expected, float[] actual, double absolute, double relative, bool identical)
    {
        var difference = TensorDifference.Between(expected, actual);

        Assert.Equal(new TensorDifference(absolute, relative, identical), difference);
        Assert.Equal(difference, difference.Worse(new TensorDifference(0, 0, true)));
    }

    private static GraphBuilder Doubler(long batch) =>
        new GraphBuilder().Input("x", batch, 2).Output("y", batch, 2).Floats("two", [], 2).Node("Mul", "x two", "y");
}
