using System.Text;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Training;

namespace KoopmanMesh.Training.Tests;

public sealed class DenseCheckpointTests
{
    [Fact]
    public void Load_WhatWasSaved_IsTheSameNetworkBitForBit()
    {
        var folder = Directory.CreateTempSubdirectory("koopmanmesh-checkpoint-").FullName;
        var path = Path.Combine(folder, "net.safetensors");
        try
        {
            var network = new DenseNetwork<float>([3, 5, 4], seed: 7, outputRelu: true);

            DenseCheckpoint.Save(network, path);
            var read = DenseCheckpoint.Load<float>(path);

            Assert.Equal(network.Widths, read.Widths);
            Assert.Equal(network.Parameters.ToArray(), read.Parameters.ToArray());
            Assert.Equal([true, true], read.Layers.Select(layer => layer.HasRelu));
            Assert.Single(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ToArchive_Header_HasPyTorchsShapes()
    {
        using var stream = new MemoryStream();
        DenseCheckpoint.ToArchive(new DenseNetwork<float>([3, 5, 4], seed: 7)).Write(stream);

        var text = Encoding.UTF8.GetString(stream.ToArray());

        Assert.Contains("\"layers.0.weight\":{\"dtype\":\"F32\",\"shape\":[5,3],", text, StringComparison.Ordinal);
        Assert.Contains("\"layers.1.bias\":{\"dtype\":\"F32\",\"shape\":[4],", text, StringComparison.Ordinal);
        Assert.Contains("\"relu\":\"10\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void FromArchive_Doubles_KeepTheirBits()
    {
        var network = new DenseNetwork<double>([2, 3], seed: 1);

        var read = DenseCheckpoint.FromArchive<double>(DenseCheckpoint.ToArchive(network));

        network.Parameters.Span[0] = 99;
        Assert.NotEqual(99, read.Parameters.Span[0]);
        Assert.Equal(network.Parameters[1..].ToArray(), read.Parameters[1..].ToArray());
    }

    [Fact]
    public void FromArchive_OtherPrecision_IsRefused() => Refused<double>(
        "tensor \"layers.0.weight\" is F32 [3, 2], expected F64 of any shape",
        DenseCheckpoint.ToArchive(new DenseNetwork<float>([2, 3], seed: 1)));

    [Fact]
    public void FromArchive_NoNetwork_SaysWhatIsMissing()
    {
        Refused<float>("the archive has no metadata \"format\"", new TensorArchive());
        Refused<float>("the archive's format is \"x\", expected \"koopmanmesh.dense/1\"", Archive("1", "x"));
        Refused<float>("the archive's \"relu\" is \"\" beside 0 tensors", Archive(""));
        Refused<float>("the archive's \"relu\" is \"11\" beside 2 tensors", Archive("11", (6, [3, 2]), (3, [3])));
        Refused<float>("the archive's \"relu\" is \"2\" beside 2 tensors", Archive("2", (6, [3, 2]), (3, [3])));
        Refused<float>(
            "tensor \"layers.0.weight\" is [2, 3] and \"layers.0.bias\" [3], expected [outputs, inputs] and [outputs]",
            Archive("1", (6, [2, 3]), (3, [3])));
        Refused<float>("expected [outputs, inputs] and [outputs]", Archive("1", (6, [6]), (3, [3])));
        Refused<float>("got 6 weights and 4 biases", Archive("1", (6, [3, 2]), (4, [4])));
        Refused<float>("got 0 weights and 0 biases", Archive("1", (0, [0, 2]), (0, [0])));
        Refused<float>(
            "layer 1 takes 2 numbers, but the one before gives 3",
            Archive("11", (6, [3, 2]), (3, [3]), (2, [1, 2]), (1, [1])));
    }

    private static TensorArchive Archive(string relu, params (int Count, long[] Shape)[] tensors) =>
        Archive(relu, "koopmanmesh.dense/1", tensors);

    private static TensorArchive Archive(string relu, string format, params (int Count, long[] Shape)[] tensors)
    {
        var archive = new TensorArchive();
        archive.SetMetadata("format", format);
        archive.SetMetadata("relu", relu);
        for (var i = 0; i < tensors.Length; i++)
        {
            archive.Add(
                $"layers.{i / 2}.{(i % 2 == 0 ? "weight" : "bias")}", new float[tensors[i].Count], tensors[i].Shape);
        }

        return archive;
    }

    private static void Refused<T>(string message, TensorArchive archive)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var error = Assert.Throws<TensorFormatException>(() => DenseCheckpoint.FromArchive<T>(archive));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
