using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.Reflection;

namespace KoopmanMesh.ServiceDefaults.Reflection;

/// <summary>Proto files and all they import, found by name, by what they declare and by what they extend.</summary>
internal sealed class ProtoFiles
{
    private readonly Dictionary<string, FileDescriptor> _byName = [];
    private readonly Dictionary<string, FileDescriptor> _bySymbol = [];
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = [];

    public ProtoFiles(IEnumerable<FileDescriptor> files)
    {
        foreach (var file in files)
        {
            Add(file);
        }
    }

    public FileDescriptor? Named(string name) => _byName.GetValueOrDefault(name);

    public FileDescriptor? Declaring(string symbol) => _bySymbol.GetValueOrDefault(symbol);

    /// <summary>The known extensions of a message, none perhaps; false where there is no such message.</summary>
    public bool ExtensionsOf(string message, [NotNullWhen(true)] out IReadOnlyDictionary<int, FileDescriptor>? found)
    {
        found = _extensions.GetValueOrDefault(message);
        return found is not null;
    }

    /// <summary>A file, then every file that it imports, directly or not, each once.</summary>
    public static IEnumerable<FileDescriptor> WithImports(FileDescriptor file)
    {
        HashSet<string> seen = [file.Name];
        Queue<FileDescriptor> next = new([file]);
        while (next.TryDequeue(out var one))
        {
            yield return one;
            foreach (var import in one.Dependencies.Where(import => seen.Add(import.Name)))
            {
                next.Enqueue(import);
            }
        }
    }

    private void Add(FileDescriptor file)
    {
        if (!_byName.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var import in file.Dependencies)
        {
            Add(import);
        }

        foreach (var service in file.Services)
        {
            Declare(service);
            foreach (var method in service.Methods)
            {
                Declare(method);
            }
        }

        AddEnums(file.EnumTypes);
        AddExtensions(file.Extensions);
        foreach (var message in file.MessageTypes)
        {
            AddMessage(message);
        }
    }

    private void AddMessage(MessageDescriptor message)
    {
        Declare(message);
        _extensions.TryAdd(message.FullName, []);
        foreach (var member in message.Fields.InDeclarationOrder().Concat<IDescriptor>(message.Oneofs))
        {
            Declare(member);
        }

        AddEnums(message.EnumTypes);
        AddExtensions(message.Extensions);
        foreach (var nested in message.NestedTypes)
        {
            AddMessage(nested);
        }
    }

    private void AddEnums(IEnumerable<EnumDescriptor> enums)
    {
        foreach (var type in enums)
        {
            Declare(type);
            foreach (var value in type.Values)
            {
                // In protobuf a value is a sibling of its type; this library names it as a member.
                Declare(value);
                _bySymbol.TryAdd(type.FullName[..^type.Name.Length] + value.Name, value.File);
            }
        }
    }

    private void AddExtensions(ExtensionCollection extensions)
    {
        foreach (var extension in extensions.UnorderedExtensions)
        {
            Declare(extension);
            var extended = extension.ExtendeeType.FullName;
            _extensions.TryAdd(extended, []);
            _extensions[extended][extension.FieldNumber] = extension.File;
        }
    }

    private void Declare(IDescriptor symbol) => _bySymbol.TryAdd(symbol.FullName, symbol.File);
}
