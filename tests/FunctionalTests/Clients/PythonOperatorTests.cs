using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.FunctionalTests.Operators;
using KoopmanMesh.FunctionalTests.Training;

namespace KoopmanMesh.FunctionalTests.Clients;

/// <summary>Operators of NumPy arrays by the Python package, against real services.</summary>
public sealed class PythonOperatorTests(MeshFixture mesh) : IDisposable
{
    private readonly OperatorCalls _calls = new(mesh.Address);

    public void Dispose() => _calls.Dispose();

    [Fact]
    public async Task FitPredictMerge_NumPyArrays_AreTheClosedForms()
    {
        using var said = JsonDocument.Parse(
            await PythonClient.PeerAsync("python_operator.py", mesh.Address.Authority));

        var seen = said.RootElement;
        Close([0.9, 0, 0.5, 0], Numbers(seen.GetProperty("eigenvalues")));
        Close(Numbers(seen.GetProperty("truth")), Numbers(seen.GetProperty("predicted")));
        Close(Numbers(seen.GetProperty("truth"))[..2], Numbers(seen.GetProperty("byHand")));
        Assert.Equal(Numbers(seen.GetProperty("predicted")), Numbers(seen.GetProperty("uploaded")));
        Assert.True(seen.GetProperty("inParts").GetBoolean());
        Close([0.5, 0.9], Numbers(seen.GetProperty("merged")));
        Assert.Equal(100, seen.GetProperty("mergedRows").GetInt32());
        Close(Numbers(seen.GetProperty("drivenTruth")), Numbers(seen.GetProperty("driven")));
        Assert.Contains("edmd", seen.GetProperty("methods").EnumerateArray().Select(name => name.GetString()));
        var (_, file) = await _calls.GetAsync(seen.GetProperty("id").GetString()!);
        Assert.Equal(Hashes(file), seen.GetProperty("matrices").EnumerateObject()
            .ToDictionary(property => property.Name, property => property.Value.GetString()!));
    }

    /// <summary>Of every tensor's bytes in a safetensors file, by the format's description.</summary>
    private static Dictionary<string, string> Hashes(byte[] file)
    {
        var begin = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        using var header = JsonDocument.Parse(file.AsMemory(8, begin - 8));
        return header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__").ToDictionary(
            entry => entry.Name,
            entry =>
            {
                var offsets = entry.Value.GetProperty("data_offsets");
                var (first, last) = (offsets[0].GetInt32(), offsets[1].GetInt32());
                return Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(begin + first, last - first)));
            });
    }

    private static double[] Numbers(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().SelectMany(Numbers)]
        : [value.GetDouble()];

    private static void Close(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }
}
