using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Observables;

public sealed class DictionaryStorageTests
{
    [Fact]
    public void Load_WhatWasStored_IsTheSameDictionary()
    {
        foreach (var dictionary in (Dictionary[])[Dictionary.Identity(3), Dictionary.Affine(3)])
        {
            var loaded = Dictionary.Load(RoundTrip(dictionary), "psi.");

            Assert.Equal(dictionary.ToString(), loaded.ToString());
            Assert.Equal((dictionary.Width, dictionary.Count), (loaded.Width, loaded.Count));
        }
    }

    [Fact]
    public void Store_CustomFeature_IsRefusedByName()
    {
        var dictionary = new Dictionary(2, new StateFeature(2), new Product());

        var error = Assert.Throws<NotSupportedException>(() => dictionary.Store(new TensorArchive(), "psi."));

        Assert.Equal(
            "the custom feature \"x1 x2\" cannot be stored, because a reader of the file would not know what it is",
            error.Message);
    }

    [Theory]
    [InlineData("1", 2, "metadata \"psi.features\" is not 1 to 256 kinds of features with one \"x\" among them")]
    [InlineData("x x", 2, "metadata \"psi.features\" is not 1 to 256 kinds of features with one \"x\" among them")]
    [InlineData("x magic", 2, "metadata \"psi.1.\" names features of kind \"magic\", which this version does not know")]
    [InlineData("x", 0, "tensor \"psi.width\" is 0, expected 1 to 1073741824")]
    public void Load_DamagedArchive_SaysWhatIsWrong(string kinds, long width, string message)
    {
        var archive = new TensorArchive();
        archive.SetMetadata("psi.features", kinds);
        archive.Add("psi.width", new[] { width }, 1);

        var error = Assert.Throws<TensorFormatException>(() => Dictionary.Load(archive, "psi."));

        Assert.Equal(message, error.Message);
    }

    [Theory]
    [InlineData("poly", "shape", "tensor \"psi.1.shape\" is 1, 3, expected a degree from 2 and 1 to 16384 monomials")]
    [InlineData("hermite", "degree", "tensor \"psi.1.degree\" is 1, expected 2 to 16385")]
    [InlineData("hermite", "deviation", "tensor \"psi.1.deviation\" holds numbers that are not positive")]
    [InlineData("hermite", "mean", "tensor \"psi.1.mean\" is F64 [3], expected F64 [2]")]
    [InlineData("rff", "directions", "tensor \"psi.1.directions\" is [2, 3], expected [1 to 16384, 2]")]
    [InlineData("relu-directions", "offsets", "tensor \"psi.1.offsets\" holds NaN or infinity, expected finite numbers")]
    [InlineData("kernel", "kernel", "tensors \"psi.1.kernel\" and \"psi.1.scale\" are 9, 1 and 1, "
        + "expected a kernel from 0 to 4, a degree from 1 to 64 and a positive scale")]
    [InlineData("kernel", "centres", "the archive has no tensor \"psi.1.centres\"")]
    [InlineData("hermite", "size", "the stored dictionary is too large: hermite:16385 of 2 coordinates makes 32768 "
        + "observables beside the state, more than the 16384 a dictionary may have")]
    public void Load_DamagedFeature_SaysWhatIsWrong(string kind, string damage, string message)
    {
        var archive = new TensorArchive();
        archive.SetMetadata("psi.features", $"x {kind}");
        archive.Add("psi.width", new long[] { 2 }, 1);
        archive.Add("psi.1.shape", new long[] { damage == "shape" ? 1 : 2, 3 }, 2);
        archive.Add("psi.1.degree", new long[] { damage switch { "degree" => 1, "size" => 16385, _ => 3 } }, 1);
        archive.Add("psi.1.mean", new double[damage == "mean" ? 3 : 2], damage == "mean" ? 3 : 2);
        archive.Add("psi.1.deviation", new double[] { 1, damage == "deviation" ? 0 : 1 }, 2);
        var width = damage == "directions" ? 3 : 2;
        archive.Add("psi.1.directions", new double[2 * width], 2, width);
        archive.Add("psi.1.offsets", new[] { 0, damage == "offsets" ? double.NaN : 0 }, 2);
        archive.Add("psi.1.kernel", new long[] { damage == "kernel" ? 9 : 0, 1 }, 2);
        archive.Add("psi.1.scale", new double[] { 1 }, 1);

        var error = Assert.Throws<TensorFormatException>(() => Dictionary.Load(archive, "psi."));

        Assert.Equal(message, error.Message);
    }

    internal static TensorArchive RoundTrip(Dictionary dictionary)
    {
        var archive = new TensorArchive();
        dictionary.Store(archive, "psi.");
        using var file = new MemoryStream();
        archive.Write(file);
        file.Position = 0;
        return TensorArchive.Read(file);
    }

    private sealed class Product : Feature
    {
        public override string Name => "x1 x2";

        public override int Count => 1;

        public override void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la)
        {
            for (var j = 0; j < states.Columns; j++)
            {
                lifted[row, j] = states[0, j] * states[1, j];
            }
        }
    }
}
