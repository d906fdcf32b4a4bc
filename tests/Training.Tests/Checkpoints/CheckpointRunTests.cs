using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training.Checkpoints;

namespace KoopmanMesh.Training.Tests.Checkpoints;

/// <summary>
/// Whatever NumPy or PyTorch writes comes back as the same run: parameter i of snapshot k is 16 k + i.
/// </summary>
public sealed class CheckpointRunTests(CheckpointFiles files) : IClassFixture<CheckpointFiles>
{
    private const int Steps = 5;
    private const int Parameters = 16;

    private static readonly string[] Network =
        ["fc1.weight [3, 2]", "fc1.bias [3]", "fc2.weight [2, 3]", "scale []"];

    // As safetensors' writer sorts them.
    private static readonly string[] Sorted =
        ["fc1.bias [3]", "fc1.weight [3, 2]", "fc2.weight [2, 3]", "scale []"];

    [Theory]
    [InlineData("npz", true)]
    [InlineData("fortran", true)]
    [InlineData("run.npz", true)]
    [InlineData("run-z.npz", true)]
    [InlineData("single", true)]
    public void Read_TensorsInTheNetworksOrder_KeepIt(string name, bool isSingle)
    {
        using var run = CheckpointRun.Open(files[name]);

        Assert.Equal(Network, run.Layout.Tensors.Select(tensor => tensor.ToString()));
        Assert.Equal(isSingle, run.IsSingle);
        AssertCounting(run, [.. Enumerable.Range(0, Parameters)]);
    }

    [Theory]
    [InlineData("f4", true)]
    [InlineData("f2", true)]
    [InlineData("bf16", true)]
    [InlineData("f8", false)]
    [InlineData("run.safetensors", true)]
    public void Read_TensorsSortedByName_AreTold(string name, bool isSingle)
    {
        using var run = CheckpointRun.Open(files[name]);

        Assert.Equal(Sorted, run.Layout.Tensors.Select(tensor => tensor.ToString()));
        Assert.Equal(isSingle, run.IsSingle);
        AssertCounting(run, [6, 7, 8, 0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 15]);
    }

    [Theory]
    [InlineData("npy", "parameters [16]")]
    [InlineData("shaped", "parameters [2, 2, 2, 2]")]
    [InlineData("run-C-f8.npy", "parameters [16]")]
    [InlineData("run-F-f8.npy", "parameters [16]")]
    [InlineData("run-C-f4.npy", "parameters [16]")]
    [InlineData("run-F-f4.npy", "parameters [16]")]
    [InlineData("shaped-C-f8.npy", "parameters [4, 4]")]
    [InlineData("shaped-F-f8.npy", "parameters [4, 4]")]
    public void Read_ArraysWithoutNames_KeepTheirShape(string name, string tensor)
    {
        using var run = CheckpointRun.Open(files[name]);

        Assert.Equal([tensor], run.Layout.Tensors.Select(t => t.ToString()));
        Assert.Equal(name.Contains("f4", StringComparison.Ordinal), run.IsSingle);
        AssertCounting(run, [.. Enumerable.Range(0, Parameters)]);
    }

    [Fact]
    public void Read_OneAxis_IsOneParameter()
    {
        using var run = CheckpointRun.Open(files["one.npy"]);

        Assert.Equal("parameters [1]", Assert.Single(run.Layout.Tensors).ToString());
        AssertCounting(run, [0]);
    }

    [Fact]
    public void Layout_OfSortedNames_CountsLayersAsPeopleDo()
    {
        using var run = CheckpointRun.Open(files["layers"]);

        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"layers.{i}"), run.Layout.Layers.Select(layer => layer.Name));
        AssertCounting(run, [.. Enumerable.Range(0, 12)]);
    }

    [Fact]
    public void Steps_OfFiles_AreTheLastNumbersOfTheirNames()
    {
        using var tens = CheckpointRun.Open(files["f4"]);
        using var epochs = CheckpointRun.Open(files["f8"]);
        using var gap = CheckpointRun.Open(files["gap"]);
        using var named = CheckpointRun.Open(files["run.npz"]);

        Assert.Equal([0, 10, 20, 30, 40], tens.Steps);
        Assert.Equal([0, 1, 2, 3, 4], epochs.Steps);
        Assert.Equal([0, 1, 2, 4], gap.Steps);
        Assert.Equal([0, 10, 20, 30, 40], named.Steps);
    }

    [Fact]
    public void Next_MetadataOrArraysOfKnownNames_SayTheLoss()
    {
        using var folder = CheckpointRun.Open(files["f4"]);
        using var file = CheckpointRun.Open(files["run.npz"]);

        for (var k = 0; k < Steps; k++)
        {
            var expected = new Snapshot(10 * k) { Loss = 1 / (k + 1.0) };
            Assert.Equal(expected with { LearningRate = 0.1 }, folder.Next());
            Assert.Equal(expected, file.Next());
        }
    }

    [Fact]
    public void Notes_IntegerTensors_AreSaidToBeLeftOut()
    {
        using var run = CheckpointRun.Open(files["f4"]);

        Assert.Equal(["left out: 1 integer tensor (bn.num_batches_tracked), which is not trained"], run.Notes);
    }

    [Theory]
    [InlineData("run.npz")]
    [InlineData("run-F-f8.npy")]
    [InlineData("npz")]
    public void Next_WithoutReading_PassesASnapshotOver(string name)
    {
        using var run = CheckpointRun.Open(files[name]);
        var values = new double[Parameters];
        run.Next();
        run.Read(values.AsSpan(0, 7));
        run.Next();
        run.Next();

        run.Next();
        run.Read(values);

        Assert.Equal(Enumerable.Range(48, Parameters).Select(i => (double)i), values);
    }

    [Theory]
    [InlineData(
        "reshaped", "'{0}/2.safetensors:fc1.bias' is [4], [3] in '0.safetensors'; a run keeps its shapes")]
    [InlineData(
        "fewer", "'{0}/2.safetensors' lacks the tensor 'fc2.weight', which '0.safetensors' has; a run keeps its "
        + "tensors")]
    [InlineData(
        "more", "'{0}/2.safetensors' has a tensor 'fc3.bias', which '0.safetensors' does not have; a run keeps its "
        + "tensors")]
    [InlineData(
        "wider", "'{0}/2.safetensors:fc1.bias' is of float64, of a smaller type in '0.safetensors'; a run keeps its "
        + "types")]
    [InlineData(
        "nan", "'{0}/2.safetensors:fc2.weight' holds NaN at [1, 2] (counted from 0): training had diverged by step 2; "
        + "leave that snapshot and what follows out")]
    [InlineData(
        "infinite.npy", "'{0}', step 3, holds infinity at [7] (counted from 0): training had diverged by step 3; "
        + "leave that snapshot and what follows out")]
    [InlineData(
        "words", "'loss' in the metadata of '{0}/2.safetensors' is 'nan'; expected a finite number, or nothing where "
        + "it is unknown")]
    [InlineData("empty", "the folder '{0}' holds no .safetensors, .npz or .npy file")]
    [InlineData(
        "pickles", "the folder '{0}' holds no .safetensors, .npz or .npy file; '0.pt' is a pickle, which is not read: "
        + "export it by safetensors.torch.save_file")]
    [InlineData("mixed", "the folder '{0}' mixes '0.npy' with '1.npz'; a run is of one format")]
    [InlineData(
        "same", "'{0}/a1.npy' and 'b01.npy' are both step 1, by the last number of their names; a step has one "
        + "checkpoint")]
    [InlineData(
        "unnumbered", "the name of '{0}/best.npy' has no number that could be its step; expected e.g. step-0100.npy")]
    [InlineData("nowhere", "there is no file '{0}'")]
    [InlineData(
        "checkpoint.safetensors", "'{0}:scale' is a single number, so '{0}' is one checkpoint and not a run of them; "
        + "name the folder that holds them all")]
    [InlineData(
        "ragged.safetensors", "'{0}' is not a run, whose arrays all begin with the axis of steps: 'a' [5, 2] and "
        + "'b' [4, 2] differ; if it is one checkpoint, name the folder that holds them all")]
    [InlineData(
        "diverged.npz", "'{0}:loss' holds NaN at 2 (counted from 0); expected finite numbers, or no such array")]
    [InlineData("integers.npz", "'{0}' holds no tensor of floating-point numbers")]
    public void Read_WhatIsNoRun_SaysWhatCame(string name, string message)
    {
        var error = Assert.Throws<ArrayFileException>(() =>
        {
            using var run = CheckpointRun.Open(files[name]);
            ReadAll(run);
        });

        Assert.Equal(message.Replace("{0}", files[name], StringComparison.Ordinal), error.Message);
    }

    private static void AssertCounting(CheckpointRun run, int[] order)
    {
        var snapshots = ReadAll(run);

        Assert.Equal(Steps, snapshots.Count);
        for (var k = 0; k < Steps; k++)
        {
            Assert.Equal(order.Select(i => (16.0 * k) + i), snapshots[k]);
        }
    }

    // In pieces that no tensor's length is a multiple of.
    private static List<double[]> ReadAll(CheckpointRun run)
    {
        var snapshots = new List<double[]>();
        while (run.Next() is not null)
        {
            var values = new double[run.Layout.Count];
            for (var first = 0; first < values.Length; first += 4)
            {
                run.Read(values.AsSpan(first, Math.Min(4, values.Length - first)));
            }

            snapshots.Add(values);
        }

        return snapshots;
    }
}
