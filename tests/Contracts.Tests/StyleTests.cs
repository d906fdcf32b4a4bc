using System.Reflection;
using Google.Protobuf.Reflection;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Contracts.Tests;

/// <summary>What the contract promises its readers and buf has no rule for.</summary>
public sealed class StyleTests
{
    public static TheoryData<string> Messages => [.. AllMessages().Select(message => message.FullName)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void FieldNumbers_OfAMessage_BeginAtOneWithoutGaps(string name)
    {
        var message = AllMessages().Single(message => message.FullName == name).ToProto();
        var reserved = message.ReservedRange
            .SelectMany(range => Enumerable.Range(range.Start, range.End - range.Start));

        var numbers = message.Field.Select(field => field.Number).Concat(reserved).Order().ToArray();

        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
    }

    [Fact]
    public void BytesFields_SayHowTheirBytesAreToBeRead()
    {
        var undocumented = Directory
            .EnumerateFiles(Path.Combine(Buf.Protos, "koopmanmesh"), "*.proto", SearchOption.AllDirectories)
            .Select(file => Array.ConvertAll(File.ReadAllLines(file), line => line.Trim()))
            .SelectMany(lines => lines.Skip(1).Zip(lines))
            .Where(pair => pair.First.StartsWith("bytes ", StringComparison.Ordinal))
            .Where(pair => !pair.Second.StartsWith("//", StringComparison.Ordinal))
            .Select(pair => pair.First);

        Assert.Empty(undocumented);
    }

    private static IEnumerable<MessageDescriptor> AllMessages() => typeof(TensorHeader).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
        .OfType<FileDescriptor>()
        .SelectMany(file => file.MessageTypes)
        .SelectMany(message => message.NestedTypes.Where(nested => nested.ClrType is not null).Prepend(message));
}
