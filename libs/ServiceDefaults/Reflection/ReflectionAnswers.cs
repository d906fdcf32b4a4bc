using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Reflection.V1;
using Microsoft.AspNetCore.Routing;
using Asked = KoopmanMesh.ServiceDefaults.Reflection.V1.ServerReflectionRequest.MessageRequestOneofCase;

namespace KoopmanMesh.ServiceDefaults.Reflection;

/// <summary>Answers what a host serves, from the endpoints that are mapped when the first question comes.</summary>
internal sealed class ReflectionAnswers
{
    private readonly List<string> _services;
    private readonly ProtoFiles _files;

    public ReflectionAnswers(EndpointDataSource endpoints)
        : this(endpoints.Endpoints
            .Select(static e => e.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType)
            .OfType<System.Type>()
            .Distinct()
            .Select(DescriptorOf)
            .OfType<ServiceDescriptor>())
    {
    }

    public ReflectionAnswers(IEnumerable<ServiceDescriptor> services)
    {
        var all = services.DistinctBy(static s => s.FullName).OrderBy(s => s.FullName, StringComparer.Ordinal).ToList();
        _services = [.. all.Select(static s => s.FullName)];
        _files = new ProtoFiles(all.Select(static s => s.File));
    }

    public ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = request.MessageRequestCase switch
        {
            Asked.FileByFilename => File(_files.Named(request.FileByFilename), "file", request.FileByFilename),
            Asked.FileContainingSymbol =>
                File(_files.Declaring(request.FileContainingSymbol), "symbol", request.FileContainingSymbol),
            Asked.FileContainingExtension => Extension(request.FileContainingExtension),
            Asked.AllExtensionNumbersOfType => ExtensionNumbers(request.AllExtensionNumbersOfType),
            Asked.ListServices => Services(),
            _ => Error(StatusCode.InvalidArgument, "the request asks nothing that this server knows"),
        };
        response.ValidHost = request.Host;
        response.OriginalRequest = request;
        return response;
    }

    // Generated code keeps the descriptor in the class around the service's base; a service of ours may bind its methods
    // by a class of its own.
    private static ServiceDescriptor? DescriptorOf(System.Type service)
    {
        for (var type = service; type is not null; type = type.BaseType)
        {
            if (type.DeclaringType?.GetProperty("Descriptor")?.GetValue(null) is ServiceDescriptor descriptor)
            {
                return descriptor;
            }
        }

        return null;
    }

    private static ServerReflectionResponse File(FileDescriptor? file, string what, string name) => file is null
        ? Error(StatusCode.NotFound, $"no {what} '{name}' is served here")
        : new()
        {
            FileDescriptorResponse = new()
            {
                FileDescriptorProto = { ProtoFiles.WithImports(file).Select(static f => f.SerializedData) },
            },
        };

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new() { ErrorCode = (int)code, ErrorMessage = message } };

    private ServerReflectionResponse Extension(ExtensionRequest asked)
    {
        FileDescriptor? file = null;
        _ = _files.ExtensionsOf(asked.ContainingType, out var extensions)
            && extensions.TryGetValue(asked.ExtensionNumber, out file);
        return File(file, $"extension {asked.ExtensionNumber} of", asked.ContainingType);
    }

    private ServerReflectionResponse ExtensionNumbers(string message) =>
        _files.ExtensionsOf(message, out var extensions)
            ? new()
            {
                AllExtensionNumbersResponse = new() { BaseTypeName = message, ExtensionNumber = { extensions.Keys } },
            }
            : Error(StatusCode.NotFound, $"no message '{message}' is served here");

    private ServerReflectionResponse Services() => new()
    {
        ListServicesResponse = new() { Service = { _services.Select(static s => new ServiceResponse { Name = s }) } },
    };
}
