package dev.sallyport.core.route;

import java.util.List;

/** All routes, most specific first. */
public record RouteTable(List<Route> routes) {}
