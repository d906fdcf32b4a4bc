using System.Text;

namespace Grpc.Core;

/// <summary>One thing proven about a peer.</summary>
public class AuthProperty
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly byte[] _valueBytes;

    private AuthProperty(string name, byte[] valueBytes)
    {
        Name = name;
        _valueBytes = valueBytes;
    }

    /// <summary>What it is.</summary>
    public string Name { get; }

    /// <summary>Its value as text.</summary>
    public string Value => StrictUtf8.GetString(_valueBytes);

    /// <summary>Its value as bytes (a copy).</summary>
    public byte[] ValueBytes => [.. _valueBytes];

    /// <summary>A property with a copy of the bytes.</summary>
    public static AuthProperty Create(string name, byte[] valueBytes)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(valueBytes);
        return new AuthProperty(name, [.. valueBytes]);
    }
}
