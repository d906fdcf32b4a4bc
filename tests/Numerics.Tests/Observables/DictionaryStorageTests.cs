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
    [InlineData("x", 0, "tensor \"psi.width\" is 0, expected 1 to 2147483647")]
    public void Load_DamagedArchive_SaysWhatIsWrong(string kinds, long width, string message)
    {
        var archive = new TensorArchive();
        archive.SetMetadata("psi.features", kinds);
        archive.Add("psi.width", new[] { width }, 1);

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
