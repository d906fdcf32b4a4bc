namespace KoopmanMesh.Wire;

/// <summary>Headers in order, as they travel; names may repeat, and each char of a value is one byte.</summary>
public sealed class HeaderList : List<(string Name, string Value)>
{
    /// <summary>The only value of a name; null where there is none.</summary>
    public string? this[string name] => All(name).SingleOrDefault();

    /// <summary>What a gRPC call begins with.</summary>
    public static HeaderList Call(string path) => new()
    {
        { ":method", "POST" },
        { ":scheme", "http" },
        { ":path", path },
        { ":authority", "localhost" },
        { "te", "trailers" },
        { "content-type", "application/grpc" },
    };

    public void Add(string name, string value) => Add((name, value));

    /// <summary>The same list with a name's value exchanged, or added where the name is new.</summary>
    public HeaderList With(string name, string value)
    {
        var index = FindIndex(header => header.Name == name);
        if (index < 0)
        {
            Add(name, value);
        }
        else
        {
            base[index] = (name, value);
        }

        return this;
    }

    /// <summary>The same list without a name.</summary>
    public HeaderList Without(string name)
    {
        RemoveAll(header => header.Name == name);
        return this;
    }

    public IEnumerable<string> All(string name) =>
        this.Where(header => header.Name == name).Select(header => header.Value);
}
