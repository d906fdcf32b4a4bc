using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One key and its value, text or bytes.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> KeyCharacters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

        private readonly string? _value;
        private readonly byte[]? _valueBytes;

        /// <summary>A text entry; the key doesn't end in "-bin" and is put in lower case.</summary>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = NormalizeKey(key);
            if (IsBinary)
            {
                throw new ArgumentException(
                    $"Key \"{Key}\" ends in \"{BinaryHeaderSuffix}\" but its value is text, not bytes.", nameof(key));
            }

            _value = value;
        }

        /// <summary>A binary entry; the key ends in "-bin" and is put in lower case.</summary>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = NormalizeKey(key);
            if (!IsBinary)
            {
                throw new ArgumentException(
                    $"Key \"{Key}\" has bytes for its value but doesn't end in \"{BinaryHeaderSuffix}\".", nameof(key));
            }

            _valueBytes = [.. valueBytes];
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>The value as bytes (a copy); of a text, its ASCII.</summary>
        public byte[] ValueBytes => _valueBytes is null ? Encoding.ASCII.GetBytes(_value!) : [.. _valueBytes];

        /// <summary>The value as text; a binary entry has none and throws.</summary>
        public string Value => _value
            ?? throw new InvalidOperationException($"The value of key \"{Key}\" is bytes; read ValueBytes instead.");

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <inheritdoc />
        public override string ToString() =>
            _value is null
                ? $"[Entry: key={Key}, valueBytes={Convert.ToBase64String(_valueBytes!)}]"
                : $"[Entry: key={Key}, value={_value}]";

        /// <summary>Whether a header's name can be a key.</summary>
        internal static bool IsKey(string name) =>
            name.Length > 0 && !name.AsSpan().ContainsAnyExcept(KeyCharacters);

        private static string NormalizeKey(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            return IsKey(key)
                ? key.ToLowerInvariant()
                : throw new ArgumentException(
                    $"Key \"{key}\" is not made of letters, digits, '-', '_' and '.' alone.", nameof(key));
        }
    }
}
