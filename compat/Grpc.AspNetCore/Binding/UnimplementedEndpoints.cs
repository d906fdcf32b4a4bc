using Grpc.Core;
using Grpc.Core.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Grpc.AspNetCore.Server;

/// <summary>Answers gRPC calls that no service takes with UNIMPLEMENTED instead of a bare 404.</summary>
internal static class UnimplementedEndpoints
{
    public static void MapUnknownMethods(IEndpointRouteBuilder builder, string service) =>
        Map(builder, service + "/{unimplementedMethod}", $"Unimplemented method of {service}", static context =>
            $"Service \"{context.Request.Path.Value!.Split('/')[1]}\" has no method " +
            $"\"{context.GetRouteValue("unimplementedMethod")}\".");

    public static void MapUnknownServices(IEndpointRouteBuilder builder) =>
        Map(builder, "{unimplementedService}/{unimplementedMethod}", "Unimplemented service", static context =>
            $"Service \"{context.GetRouteValue("unimplementedService")}\" is not served here.");

    public static void Answer(HttpResponse response, string detail)
    {
        response.ContentType = ProtocolHeaders.ContentType;
        ResponseEnd.Write(
            response, new Status(StatusCode.Unimplemented, detail), trailers: null, answered: false);
    }

    private static void Map(
        IEndpointRouteBuilder builder, string route, string name, Func<HttpContext, string> detail)
    {
        var onlyGrpc = new RouteValueDictionary { ["unimplementedMethod"] = new GrpcContentTypeConstraint() };
        builder.Map(RoutePatternFactory.Parse(route, defaults: null, onlyGrpc), context =>
            {
                Answer(context.Response, detail(context));
                return Task.CompletedTask;
            })
            .WithDisplayName($"gRPC - {name}")
            .Add(endpoint => ((RouteEndpointBuilder)endpoint).Order = int.MaxValue);
    }

    /// <summary>Leaves what isn't gRPC to other endpoints.</summary>
    private sealed class GrpcContentTypeConstraint : IRouteConstraint
    {
        public bool Match(
            HttpContext? httpContext,
            IRouter? route,
            string routeKey,
            RouteValueDictionary values,
            RouteDirection routeDirection) => ProtocolHeaders.IsGrpc(httpContext?.Request.ContentType);
    }
}
