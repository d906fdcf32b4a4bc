using Grpc.Core;

namespace KoopmanMesh.Compat.Tests.Api;

public sealed class MetadataEntryTests
{
    [Fact]
    public void Entry_KeyInUpperCase_IsPutInLowerCase() => Assert.Equal("key", new Metadata.Entry("KEY", "v").Key);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a:b")]
    public void Entry_KeyWithOtherCharacters_IsRefused(string key)
    {
        var exception = Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "v"));

        Assert.Contains($"Key \"{key}\" is not made of", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entry_TextUnderABinaryKey_IsRefused()
    {
        var text = Assert.Throws<ArgumentException>(() => new Metadata.Entry("a-bin", "text"));
        var bytes = Assert.Throws<ArgumentException>(() => new Metadata.Entry("a", [1]));

        Assert.Contains("its value is text, not bytes", text.Message, StringComparison.Ordinal);
        Assert.Contains("doesn't end in \"-bin\"", bytes.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entry_Bytes_AreCopiedAndHaveNoText()
    {
        byte[] bytes = [1, 2];
        var entry = new Metadata.Entry("a-bin", bytes);
        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.True(entry.IsBinary);
        Assert.Equal([1, 2], entry.ValueBytes);
        Assert.Throws<InvalidOperationException>(() => entry.Value);
    }

    [Fact]
    public void Metadata_RepeatedKey_GetGivesTheLast()
    {
        var metadata = new Metadata { { "a", "1" }, { "b", "2" }, { "a", "3" } };

        Assert.Equal("3", metadata.GetValue("A"));
        Assert.Equal(["1", "3"], metadata.GetAll("a").Select(entry => entry.Value));
        Assert.Null(metadata.Get("c"));
    }

    [Fact]
    public void Metadata_Empty_CannotBeAddedTo() =>
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "1"));
}
